# The wheel in an image of its own, run as nobody; all that is kept lies in one volume.
#
#   docker build -t twosource .
#   docker run --rm -v news:/news -e TWOSOURCE_CONTACT=you@example.com twosource run
FROM python:3.11-slim AS build
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --wheel-dir /wheels --constraint constraints.txt .

FROM python:3.11-slim
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links /wheels twosource && rm -rf /wheels \
    && mkdir /news && chown nobody /news
USER nobody
VOLUME /news
WORKDIR /news
ENV TWOSOURCE_DB=/news/twosource.db
ENTRYPOINT ["twosource"]
CMD ["run"]
