"""What webapp.py still imports. To be deleted, with keeper.py, as soon as it no longer does."""


def connection_options():
    """Return what `st.connection` needs to make the engine of `history.connection`."""
    import streamlit as st

    from history.connection import POSTGRESQL_LIMITS, create_engine

    configured = st.secrets if st.secrets.load_if_toml_exists() else {}
    url = create_engine(configured.get("connections", {}).get("history", {}).get("url")).url
    options = {"url": url.render_as_string(hide_password=False), "pool_pre_ping": True}
    if url.get_backend_name() == "postgresql":
        options |= {"pool_timeout": 2, "connect_args": POSTGRESQL_LIMITS}
    return options
