/** Single records: the log is the record store, the remembered ids say where and whether. */
@NullMarked
package tekton.budget.metering.recordlog;

import org.jspecify.annotations.NullMarked;
