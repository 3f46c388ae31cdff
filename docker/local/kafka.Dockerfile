# A stand-in for apache/kafka where no registry can be reached: the broker's libraries are in
# Budget's image already. Made by tools/build-base-images.sh.
ARG BUDGET_IMAGE=budget:local
FROM ${BUDGET_IMAGE}
USER root
RUN install -d -o 10001 -g 10001 -m 750 /var/lib/kafka /var/lib/kafka/data
COPY --chmod=755 kafka.sh /app/bin/kafka.sh
USER 10001:10001
VOLUME /var/lib/kafka/data
ENTRYPOINT ["/app/bin/kafka.sh"]
CMD []
HEALTHCHECK NONE
