import assert from 'node:assert/strict'

export const name = 'numbers keep every digit'

/** Asks the page's own modules, in the browser. */
export async function run({ page, base }) {
  await page.goto(base)
  const said = await page.evaluate(async () => {
    const { Decimal, money, moneyExact, parseJson, percent, toJson, tokens } = await import('/page/format.js')
    const refused = (text) => {
      try {
        parseJson(text)
        return false
      } catch (failure) {
        return failure instanceof SyntaxError
      }
    }
    const text = '{"a":1.10,"b":[0,-2,0.000000000001,12345678901234567890,-3.5E+3,2e-7],"c":"1.5, \\"2.50\\" \\u00e9\\\\",'
      + '"d":{},"e":[],"f":null,"g":[true,false]}'
    const read = parseJson(text)
    return {
      again: toJson(read),
      compared: read.a > 1.05 && read.b[2] < read.a,
      text: read.c,
      shown: ['0', '0.5', '0.0000006', '1234567.125', '26.755927575', '0.000000000001'].map((v) => [money(v), moneyExact(v)]),
      sum: `${Decimal.sum(['0.1', 0.2, 3, null, new Decimal('0.000000000001'), '9007199254740993'])}`,
      difference: `${Decimal.minus('1', '1.000000000001')}`,
      parts: [percent(0.123), percent(0.0003), percent(1), percent('0.5'), tokens(999), tokens(4874659)],
      refused: ['', '{', '[1,]', '"a', '{"a":}', 'tru', '1 2', '-', '.5', '"\\x"'].filter((wrong) => !refused(wrong)),
    }
  })
  assert.equal(said.again, '{"a":1.10,"b":[0,-2,0.000000000001,12345678901234567890,-3500,0.0000002],'
    + '"c":"1.5, \\"2.50\\" é\\\\","d":{},"e":[],"f":null,"g":[true,false]}')
  assert.ok(said.compared)
  assert.equal(said.text, '1.5, "2.50" é\\')
  assert.deepEqual(said.shown, [['$0', '$0'], ['$0.50', '$0.5'], ['$0.0000006000', '$0.0000006'],
    ['$1,234,567.13', '$1,234,567.125'], ['$26.76', '$26.755927575'], ['$0.000000000001', '$0.000000000001']])
  assert.equal(said.sum, '9007199254740996.300000000001')
  assert.equal(said.difference, '-0.000000000001')
  assert.deepEqual(said.parts, ['12.3 %', '< 0.1 %', '100 %', '50.0 %', '999', '4.87 M'])
  assert.deepEqual(said.refused, [])
}
