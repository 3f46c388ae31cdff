package tekton.budget.api.config;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tekton.budget.api.assistant.AssistantController;
import tekton.budget.api.export.ExportsController;
import tekton.budget.api.ledger.LedgerAccess;
import tekton.budget.api.ledger.StatusController;
import tekton.budget.api.reports.ReportsController;
import tekton.budget.api.totals.RecordListController;

import java.time.InstantSource;

/** Reports, exports, record lists, and what Tekton's command line and chat read. */
@Configuration(proxyBeanMethods = false)
public class ReportsConfiguration {

    @Bean
    ReportsController reportsController(
            IngestSettings settings, Backend backend, InstantSource clock) {
        return new ReportsController(backend::ports, clock, settings.zone());
    }

    @Bean
    ExportsController exportsController(
            IngestSettings settings, Backend backend, InstantSource clock) {
        return new ExportsController(backend::ports, clock, settings.zone());
    }

    @Bean
    RecordListController recordListController(
            IngestSettings settings, Backend backend, InstantSource clock) {
        return new RecordListController(backend::ports, clock, settings.zone());
    }

    @Bean
    AssistantController assistantController(Backend backend, InstantSource clock) {
        return new AssistantController(backend::ports, clock);
    }

    @Bean
    StatusController statusController(LedgerAccess ledger) {
        return new StatusController(ledger);
    }
}
