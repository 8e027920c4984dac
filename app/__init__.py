"""Watch image tasks that run at LemonData, and tell their owners when they end.

The way of a task through the rooms:

1. `register` stores it, and when to look first (tables in `tasks`, who may call in `clients`; `keys` gives
   out what they call with).
2. `poll` claims what is due within the budget of its `accounts`, asks LemonData side by side (how,
   and what its answers say, is in `upstream`), decides and records.
3. `schedule` says when to look again, and what a poll is worth: pure mathematics, no I/O. How long
   tasks take is learnt in `curves`, from what was seen of those that ended.
4. `outbox` writes the event and what it owes to whom, in the transaction that records the end.
5. `deliver` claims what is owed, signs, posts, settles (`endpoints` says where, and where not).
6. `deliveries` answers what became of webhooks, and `feed` gives the same events to who fetches them.
7. `history` answers what became of tasks, and `figures` how many, how fast and how late, from the sums in
   `statistics`. Who is to be answered only when there is news waits in `waiting`.
8. `retention` deletes what ended long ago, whole, once nothing of it is owed to anybody.

The doors are `cli`, `main` (HTTP) and `worker` (Celery); `start` runs them together or in parts. Beneath
lie `rounds` (claim, ask side by side, write back), `web`, `process` and `db`. `health` tells whether it
all moves, `metrics` tells Prometheus, `verify` which part of a webhook is wrong. `simulator` is a LemonData
to try against, `replay` tells what delay a budget would give, `console` is the command line that calls the
API, and `demo` shows the way from outside.
"""
