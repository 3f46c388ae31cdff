package tekton.budget.cli.feed;

/**
 * A line of a file; in CSV a record, which may be several.
 *
 * @param number of its first line, from 1
 * @param end how many bytes of the file lie before what follows it
 * @param ended whether a line's end was there, and not just the end of the file
 * @param bytes without the line's end; cut when it was too long
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SourceLine(long number, long end, boolean ended, byte[] bytes, boolean tooLong) {

    boolean isBlank() {
        for (byte b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
