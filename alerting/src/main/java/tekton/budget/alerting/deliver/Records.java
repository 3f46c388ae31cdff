package tekton.budget.alerting.deliver;

import tekton.budget.alert.AlertOutcome;
import tekton.budget.alert.Channel;

/** Where it is kept how deliveries go. Called by many threads; throws nothing. */
public interface Records {

    /** Keeps an outcome of an event of that partition. */
    void keep(int partition, AlertOutcome outcome);

    /** Keeps a channel as it is now. */
    void keep(Channel channel);
}
