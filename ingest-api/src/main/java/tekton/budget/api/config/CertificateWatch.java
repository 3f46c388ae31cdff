package tekton.budget.api.config;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.InstantSource;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Looks every few seconds whether the certificate has been renewed, where there is one. */
final class CertificateWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

    private static final int LOOK_SECONDS = 5;

    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("certificate").factory());

    CertificateWatch(@Nullable ServerCertificate certificate, InstantSource clock) {
        if (certificate == null) {
            return;
        }
        ScheduledFuture<?> _ =
                thread.scheduleWithFixedDelay(
                        () -> look(certificate, clock),
                        LOOK_SECONDS,
                        LOOK_SECONDS,
                        TimeUnit.SECONDS);
    }

    private static void look(ServerCertificate certificate, InstantSource clock) {
        try {
            certificate.look(clock.instant());
        } catch (RuntimeException failure) {
            // The next look must come.
            LOG.error("The certificate could not be looked at", failure);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
