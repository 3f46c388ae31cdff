# One image for every role: what a container does is the main class that it is given.
#
#   docker build -t budget .
#   docker run budget tekton.budget.alerting.AlertingApplication
#
# Both base images can be replaced, by a mirror's or by ones made without a registry
# (tools/build-base-images.sh).
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
ARG RUN_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
# As run_budget.sh builds. The cache keeps downloaded libraries from build to build.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp package -Prun -pl standalone,cli -am -Dmaven.artifact.threads=16
# The libraries apart from Budget's own jars, and all with one date: a layer of the same files is
# the same layer, on whatever day and machine it was made.
RUN mkdir -p /out/libraries /out/budget /out/cli \
    && mv cli/target/app/lib/*.jar /out/cli/ \
    && mv standalone/target/app/lib/budget-*.jar /out/budget/ \
    && mv standalone/target/app/lib/*.jar /out/libraries/ \
    && find /out -exec touch -d 2020-01-01T00:00:00Z {} +

FROM ${RUN_IMAGE}
# Fixed numbers: who owns a volume does not depend on the image it was made with. A new volume on
# one of these directories gets their owner.
RUN groupadd --gid 10001 budget \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data \
        --shell /usr/sbin/nologin budget \
    && install -d -o 10001 -g 10001 -m 750 /data /run/budget
COPY --chmod=755 docker/healthy.sh docker/make-cluster-secret.sh /app/bin/
# About 135 MB that change with a library's version, then about 2 MB that change with the code.
COPY --from=build /out/libraries/ /app/lib/
COPY --from=build /out/budget/ /app/lib/
# The command line: docker exec … budget status
COPY --from=build /out/cli/ /app/lib-cli/
COPY --chmod=755 budget /app/bin/budget
ENV PATH=/app/bin:$PATH

ENV BUDGET_DATA_DIR=/data
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 8013

# Half of the container's memory is heap; RocksDB and network buffers live beside it. Out of memory
# ends the process, for the restart policy to start a whole one. Further options of the JVM go to
# JDK_JAVA_OPTIONS, which the java command reads by itself; an -Xmx there wins over the share.
ENTRYPOINT ["java", \
    "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", \
    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
    "-cp", "/app/lib/*"]
CMD ["tekton.budget.api.IngestApplication"]

# In bash, which the base image has: it has no curl, and a JVM for each probe would take half a
# second of processor time. Roles without a port are asked with --kafka instead.
HEALTHCHECK --interval=5s --timeout=5s --start-period=120s --retries=6 \
    CMD ["/app/bin/healthy.sh", "/health"]
