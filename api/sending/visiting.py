"""Logging in as a program: a session as in the browser, kept for one command."""

import httpx

from api.refusals import LoginNeededError


def enter(client: httpx.Client, *, username: str, password: str) -> None:
    """Log in; from then on `client` bears the session and the token against forgery.

    Raises:
        LoginNeededError: Name and password open nothing.
    """
    token = client.get("/api/session").raise_for_status().json()["csrf_token"]
    client.headers["x-csrftoken"] = token
    login = {"username": username, "password": password}
    answer = client.post("/api/session", json=login)
    if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.UNPROCESSABLE_ENTITY}:
        raise LoginNeededError
    answer.raise_for_status()
