/** Single records: the log is the record store, the remembered ids say where and whether. */
@NullMarked
package tekton.budget.metering.log;

import org.jspecify.annotations.NullMarked;
