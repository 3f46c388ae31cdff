/** The dialogs that make and change budgets and their limits. */
import { newKey, send } from './api.js'
import { edit } from './form.js'
import { PERIOD_NAMES, PERIODS, TYPES, TYPE_NAMES } from './limits.js'

const TIERS = [['', 'any'], ['local_lightweight', 'local, light'], ['local_midweight', 'local, middle'],
  ['remote_heavyweight', 'remote, heavy']]

function budgetFields(budget) {
  const zones = Intl.supportedValuesOf?.('timeZone') ?? []
  const zone = budget?.zone ?? 'UTC'
  return [
    { name: 'name', label: 'Name', required: true, value: budget?.name, hint: 'The name that people use; up to 256 characters.' },
    ...(budget ? [] : [{ name: 'budget_id', label: 'Id',
      hint: 'Usage and allocations name it as budget_id: letters, digits, - and _. It never changes. Empty: one is made.' }]),
    { name: 'owner', label: 'Owner', value: budget?.owner, lasting: true, hint: 'The person or team that answers for it. Channels of alerts can be routed by it.' },
    { name: 'description', label: 'Description', type: 'textarea', value: budget?.description, lasting: true },
    { name: 'zone', label: 'Time zone', type: 'select', value: zone, disabled: Boolean(budget),
      options: [...new Set([zone, 'UTC', ...zones])].map((name) => [name, name]),
      hint: 'Its days, weeks and months begin at midnight there. It never changes.' },
  ]
}

/** Asks for a new budget. Answers the budget, or undefined. */
export function createBudget() {
  // One key for the dialog: a second press after a lost answer makes no second budget.
  const idempotencyKey = newKey()
  return edit({ title: 'New budget', submit: 'Create', fields: () => budgetFields(null),
    text: 'A budget comes with 19 warnings that nobody asked for; the limits that you set replace them.',
    onSubmit: (body) => send('POST', '/budgets', body, { idempotencyKey: `${idempotencyKey}-${hash(body)}` }) })
}

/** Asks for changes of a budget. Answers the budget, or undefined. */
export const editBudget = (budget) => edit({ title: `Edit ${budget.name}`, fields: () => budgetFields(budget),
  onSubmit: (body) => send('PUT', `/budgets/${encodeURIComponent(budget.budget_id)}`, body) })

/** Tells bodies apart: a corrected one is another request, and the API would refuse it under the old key. */
function hash(body) {
  let sum = 0
  for (const c of JSON.stringify(body)) {
    sum = (sum * 31 + c.codePointAt(0)) >>> 0
  }
  return sum.toString(36)
}

const asPercent = (fraction, initial) => String(Number(((fraction ?? initial) * 100).toPrecision(12)))

function policyFields(policy, values) {
  const fixed = Boolean(policy)
  const type = values.type ?? policy?.type ?? 'hard_limit'
  return [
    { name: 'type', label: 'Effect', type: 'select', value: type,
      options: Object.entries(TYPES).map(([name, does]) => [name, `${TYPE_NAMES[name]}: ${does}`]),
      hint: type === 'hard_limit' ? 'Allocations that would pass it are refused with 402. Reported usage always counts.' : '' },
    { name: 'period', label: 'Counts', type: 'select', value: policy?.period ?? 'monthly', disabled: fixed,
      options: PERIODS.map((name) => [name, PERIOD_NAMES[name]]),
      hint: fixed ? 'Period and scope never change; make another limit instead.' : 'Windows are in the time zone of the budget.' },
    { name: 'cost_limit', label: 'Cost limit, USD', as: 'number', value: policy?.cost_limit, placeholder: 'none',
      hint: 'Up to 12 decimal places. Zero is a limit, empty is none; one of the two limits is needed.' },
    { name: 'token_limit', label: 'Token limit', as: 'number', value: policy?.token_limit, placeholder: 'none',
      hint: 'A whole number of tokens, input and output together.' },
    { name: 'warning_threshold', label: 'Warn at, %', as: 'percent', value: asPercent(policy?.warning_threshold, 0.8),
      hint: 'Of the limit, above 0 up to 100.' },
    { name: 'action_threshold', label: 'Warn again at, %', as: 'percent', value: asPercent(policy?.action_threshold, 0.95),
      hint: 'Not below the first.' },
    { name: 'tier', label: 'Only tier', type: 'select', options: TIERS, value: policy?.tier, disabled: fixed },
    { name: 'provider', label: 'Only provider', value: policy?.provider, disabled: fixed, placeholder: 'any' },
    { name: 'component', label: 'Only component', value: policy?.component, disabled: fixed, placeholder: 'any' },
    { name: 'task_type', label: 'Only task type', value: policy?.task_type, disabled: fixed, placeholder: 'any' },
  ]
}

/**
 * Asks for a limit, a new one or changes of one. Answers the policy, or undefined.
 *
 * A change is a `POST` as well: the one of that period and scope is replaced, so an emptied limit goes away.
 */
export function editPolicy(budget, policy) {
  const kept = policy ? { period: policy.period, tier: policy.tier, provider: policy.provider, component: policy.component,
    task_type: policy.task_type, enabled: policy.enabled, metadata: policy.metadata } : {}
  return edit({ title: policy ? 'Edit limit' : `New limit of ${budget.name}`, submit: policy ? 'Save' : 'Set limit',
    text: policy ? undefined : 'There is one limit per period and scope: another one for the same replaces it.',
    fields: (values) => policyFields(policy, values),
    onSubmit: (body) => send('POST', '/policies', { ...kept, ...body, budget_id: budget.budget_id }) })
}
