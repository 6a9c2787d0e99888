"""Logging in as a program: a session as in the browser, kept for one command."""

import httpx

from api.sending.parts import SendingFailedError, refusal_of


def enter(client: httpx.Client, *, username: str, password: str) -> None:
    """Log in; from then on `client` bears the session and the token against forgery.

    Raises:
        SendingFailedError: Name and password open nothing, or not now; in the server's own words.
    """
    token = client.get("/api/session").raise_for_status().json()["csrf_token"]
    client.headers["x-csrftoken"] = token
    answer = client.post("/api/session", json={"username": username, "password": password})
    if not answer.is_success:
        code, facts = refusal_of(answer)
        raise SendingFailedError(code, **facts)
