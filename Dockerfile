# The image of jobs that run `insightflow STAGE` on other machines (Docs/Jobs.md).
#
#   docker build --tag insightflow:0.1.0 .
#
# All steps are scripts, which Scripts/image/verify.sh runs in a plain Debian 12 without a container engine.

# Debian 12 with the Swift toolchain.
FROM swift:6.3-bookworm AS build
WORKDIR /source
COPY . .
RUN Scripts/image/build.sh /opt/insightflow

# Debian 12 with what the program needs, and nothing to build with.
FROM debian:12-slim
COPY --from=build /opt/insightflow /opt/insightflow
RUN /opt/insightflow/install.sh
ENTRYPOINT ["insightflow-job"]
CMD ["--help"]
