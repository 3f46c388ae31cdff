# One image for every role: docker-compose.yml names the main class. Build and run images can be
# replaced by ones that are built locally, where no registry is reachable (docs/compose.md).
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
ARG RUN_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY pom.xml ./
COPY alerting alerting
COPY bench/pom.xml bench/pom.xml
COPY broker broker
COPY contracts contracts
COPY ingest-api ingest-api
COPY metering-streams metering-streams
COPY pricing-poller pricing-poller
COPY standalone standalone
COPY test-broker test-broker
# Tests and formatting are for those who change the code.
RUN mvn -B --no-transfer-progress package -pl standalone -am -Dmaven.test.skip=true -Dexec.skip
# The local broker is not for containers; Kafka has images of its own.
RUN mkdir -p /layers/libraries /layers/budget \
    && mv standalone/target/app/lib/budget-*.jar /layers/budget/ \
    && mv standalone/target/app/lib/*.jar /layers/libraries/

FROM ${RUN_IMAGE}
RUN groupadd --gid 10001 budget \
    && useradd --uid 10001 --gid budget --no-create-home --home-dir /data budget \
    && mkdir -p /data /run/budget \
    && chown budget:budget /data /run/budget
# What changes seldom first: a change of the code ships the last layer alone.
COPY --from=build /layers/libraries /app/libraries
COPY docker/healthy.sh /app/healthy.sh
COPY --from=build /layers/budget /app/budget
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8013
ENV BUDGET_DATA_DIR=/data \
    BUDGET_BIND=0.0.0.0
# The heap leaves room for RocksDB, whose memory is not in it. A process without memory ends and is
# started again, rather than half work.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", \
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
    "-cp", "/app/budget/*:/app/libraries/*"]
CMD ["tekton.budget.api.IngestApplication"]
HEALTHCHECK --interval=5s --timeout=4s --start-period=90s --retries=12 \
    CMD ["bash", "/app/healthy.sh", "/health"]
