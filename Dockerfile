# Built from what is pinned in requirements/; the image holds the venv and nothing else of ours.
FROM python:3.14-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    VIRTUAL_ENV=/opt/venv
WORKDIR /src
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes --requirement requirements/uv.txt \
    && uv venv /opt/venv \
    && uv pip install --no-cache --require-hashes --requirement requirements/run.txt
COPY . .
RUN uv pip install --no-cache --no-deps --no-build-isolation .

FROM python:3.14-slim
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin lemonwatch
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1
# Where the embedded default keeps its data; with a database named in the settings it stays empty.
RUN install --directory --owner=lemonwatch --group=lemonwatch /data
WORKDIR /data
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["lemonwatch"]
CMD ["--help"]
