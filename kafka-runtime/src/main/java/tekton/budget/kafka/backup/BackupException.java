package tekton.budget.kafka.backup;

/**
 * Why a backup, a check or a restore ended, in one line for the user. What has been written so far
 * stays and never looks whole.
 */
public final class BackupException extends Exception {

    private static final long serialVersionUID = 1;

    BackupException(String message) {
        super(message);
    }

    BackupException(String message, Throwable cause) {
        super(message, cause);
    }
}
