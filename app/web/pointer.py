"""Where in a request something is wrong, in one string."""


def pointer_of(loc: tuple[int | str, ...]) -> str:
    """Write a location in the body as a JSON pointer (RFC 6901).

    A query parameter is `?name`, a part of the path `{name}`, and a header goes by its name.
    """
    where, *path = loc
    if path[-1:] == ["[key]"]:  # The name of a member, not its value: it is at the same place.
        path.pop()
    match where:
        case "query":
            return "?" + ".".join(map(str, path))
        case "path":
            return "{" + ".".join(map(str, path)) + "}"
        case "header":
            return ".".join(map(str, path))
        case _:
            steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
            return "".join(f"/{step}" for step in steps)
