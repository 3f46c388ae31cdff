package tekton.budget.adapter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(
        packages = "tekton.budget.adapter",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule IS_PURE =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "org.jspecify..",
                            "tools.jackson..",
                            "com.google.protobuf..",
                            "io.opentelemetry.proto..",
                            "tekton.budget.codec",
                            "tekton.budget.value",
                            "tekton.budget.adapter..")
                    .because("an adapter is a function from bytes to records");

    @ArchTest
    static final ArchRule HAS_NO_CLOCK =
            noClasses()
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Clock.class)
                    .because("time is an argument");

    @ArchTest
    static final ArchRule FORMATS_DO_NOT_KNOW_EACH_OTHER =
            slices().matching("tekton.budget.adapter.(*)..")
                    .should()
                    .notDependOnEachOther()
                    .allowEmptyShould(true);
}
