# The page and its REST interface. Packages are installed before the sources are copied, so that
# a change of the page does not install TensorFlow again; pip's leftovers stay in the first stage.
FROM python:3.13-slim-trixie AS packages
WORKDIR /build
COPY requirements.lock .
RUN python -m venv /venv && \
    /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.13-slim-trixie
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# Nothing is written but to /tmp: Keras's settings, and uploads on their way.
ENV PATH="/venv/bin:$PATH" HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 STREAMLIT_SERVER_HEADLESS=true
USER 10001
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health')"]
CMD ["streamlit", "run", "webapp.py"]
