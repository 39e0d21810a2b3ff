"""FC5xx: running, state, locks and stores."""

from __future__ import annotations

from collections.abc import Mapping

from fcompile.compiler.codes.code import Code

ENTRIES: Mapping[str, Code] = {
    "FC501": Code(
        "Another run works on a view",
        "$ fcompile run   # while another one is running",
        "Wait for it to end. The lease of a run that died on this machine is free at once, on another after a minute.",
    ),
    "FC502": Code(
        "A run lost its lease",
        "A laptop slept in the middle of a run, and meanwhile another run took over.",
        "Run again; what the other run wrote stands.",
    ),
    "FC503": Code(
        "The end lies in the future",
        "$ fcompile run --end 2999-01-01",
        "Leave `--end` out to run up to the warehouse's now.",
    ),
    "FC504": Code(
        "The end is before the watermark",
        "$ fcompile run --end 2026-01-01   # after: fcompile run --end 2026-02-01",
        "Give a later end, fill the gap with `materialize --start A --end B`, or rebuild: `--full-refresh`.",
    ),
    "FC505": Code(
        "The end is before the start",
        "$ fcompile materialize --start 2026-02-01 --end 2026-01-01",
        "Swap the two.",
    ),
    "FC506": Code(
        "The state or the online store cannot be used",
        "The file is no database, is locked by another program, or its folder cannot be written; or the server "
        "refuses the user.",
        "Correct what the message names; `state:` and `online:` in fcompile.yaml hold paths and servers.",
    ),
    "FC507": Code(
        "A file or a schema belongs to another program or another version",
        "`online: {type: sqlite, path: contacts.db}`",
        "Give a path or schema of its own, or use the version of fcompile that wrote it.",
    ),
    "FC508": Code(
        "The watermark moved during a run",
        "The state file was edited, or copied back, while a run was going on.",
        "Run again.",
    ),
    "FC509": Code(
        "Teardown was not confirmed",
        "$ fcompile teardown",
        "Add `--yes` to drop the tables, online rows and state that the message lists.",
    ),
    "FC510": Code(
        "A view is not served online",
        "$ fcompile online -f spend:amount -e user_id=1   # where the view says online: false",
        "Remove `online: false` and run, or leave the view out.",
    ),
    "FC511": Code(
        "An entity row lacks a join key",
        "$ fcompile online -f spend:amount -e usre_id=1",
        "Give every join key that the message names.",
    ),
    "FC512": Code(
        "A join key's value does not fit its dtype",
        "$ fcompile online -f spend:amount -e user_id=abc",
        "Give a value of the dtype; timestamps and dates as ISO text, bytes as base64.",
    ),
    "FC513": Code(
        "A full refresh takes no start",
        "store.materialize(start, end, full_refresh=True)",
        "Leave out the start: a full refresh covers everything up to the end.",
    ),
    "FC514": Code(
        "An entity row lacks request data",
        "$ fcompile online -f spend_ratio -e user_id=1   # without amount=...",
        "Give every name of the view's `request`, in the entity rows or with -r; null is a value too.",
    ),
    "FC515": Code(
        "A value of request data does not fit its dtype",
        "$ fcompile online -f spend_ratio -e user_id=1,amount=lots",
        "Give a value of the dtype; timestamps and dates as ISO text, bytes as base64, lists as JSON.",
    ),
    "FC516": Code(
        "A feature cannot be computed for a row",
        "An on-demand feature `cast(note as int64)`, and a row whose note is `abc`.",
        "Correct the row, or the expression: try_cast, nullif and case keep it from failing.",
    ),
    "FC520": Code(
        "A generation is not in the online store",
        "A loader that was stopped for an hour goes on after another run has replaced what it was building.",
        "Run again: what is missing is loaded anew.",
    ),
    "FC521": Code(
        "The online store cannot be reached or does not answer in time",
        "Redis is being restarted while `fcompile run` loads.",
        "Run again when it is back: what was loaded stays, and the rest follows. The exit code is 75.",
    ),
    "FC522": Code(
        "There is no generation to go back to",
        "$ fcompile rollback spend   # whose rows were never replaced",
        "Revert the definition and run; `fcompile state` shows which generations there are.",
    ),
    "FC523": Code(
        "The online store does not hold what was sent to it",
        "A cache that evicts rows is used as the online store, and one is gone before its load has ended.",
        "Readers still see what they saw. Give the store room (Redis: maxmemory-policy noeviction), and run again.",
    ),
    "FC524": Code(
        "Erasing was not confirmed",
        "$ fcompile erase user_profile 1001",
        "Add `--yes` to erase the entities from the view's tables and online rows, which cannot be taken back.",
    ),
    "FC525": Code(
        "A view without join keys has no entity to erase",
        "A feature view with `entities: []`, which has one row for all.",
        "Delete the rows from the source and run with `--full-refresh`.",
    ),
    "FC526": Code(
        "The warehouse's tables take no DELETE",
        "$ fcompile erase user_profile 1001 --yes   # with a warehouse of type spark",
        "Delete the rows from the source and run with `--full-refresh`: table and online rows are made without them.",
    ),
    "FC529": Code(
        "A row does not fit into the online store",
        "A view with a vector of 200,000 numbers, and `online: {type: dynamodb}`: an item has at most 400 kB.",
        "Make the row that the message names smaller, say `online: false`, or use another online store.",
    ),
    "FC535": Code(
        "Rows that are pushed cannot be read",
        "$ fcompile push user_profile --file rows.txt",
        "Give a Parquet or CSV file; in Python also a data frame or a list of rows.",
    ),
    "FC536": Code(
        "A row that is pushed has no event time",
        "$ fcompile push user_profile --file rows.csv   # where a row's `updated_at` is empty, or no time",
        "Write times as 2026-01-31T12:00:00Z; leave out rows without one, which nobody would ever see.",
    ),
    "FC537": Code(
        "A row that is pushed online is not known yet",
        "$ fcompile push user_profile --file rows.csv   # whose `available_at` column lies in the future",
        "Push it when it is known: training sets see it from then on, and so must models. A minute's difference of "
        "clocks is let pass. `--to offline` takes rows of any time: runs take them up when they are known.",
    ),
    "FC538": Code(
        "Rows cannot be appended to a view's source",
        "$ fcompile push user_profile --file rows.csv --to offline   # whose source has `path:` or `query:`",
        "Write the rows where the source reads them, then run the view.",
    ),
    "FC539": Code(
        "Values online cannot be made of pushed rows alone",
        "$ fcompile push user_spend --file rows.csv   # where user_spend has windows",
        "Push with `--to both`: the rows are appended to the source's table, and the warehouse makes the values.",
    ),
    "FC540": Code(
        "The online store has rows of another definition than what is pushed",
        "$ fcompile push user_profile --file rows.csv   # after a feature was added, and before a run",
        "Run the view: its rows are loaded as it is defined now. Then push.",
    ),
    "FC541": Code(
        "A column that is pushed is not in the source's table",
        "$ fcompile push user_profile --file rows.csv --to offline   # with a column that the table does not have",
        "Leave the column out, or add it to the table.",
    ),
    "FC542": Code(
        "A chunk of a backfill was not begun",
        "$ fcompile backfill --start 2026-01-01 --end 2026-02-01   # where the chunk of January 3 failed",
        "Correct what failed, then give the same command again: it goes on there.",
    ),
    "FC560": Code(
        "There is nothing known to compare a change with",
        "$ fcompile ci markdown   # outside of a pull request's job",
        "Name it with `--base main`: a branch, a tag, a commit or a manifest.",
    ),
    "FC561": Code(
        "GitHub or GitLab refuses the comment",
        "$ fcompile ci github --post   # in a job without `permissions: {pull-requests: write}`",
        "Give the job that permission, and its token as GITHUB_TOKEN; on GitLab an access token of the scope `api` as "
        "GITLAB_TOKEN. The run of a fork cannot have it: docs/how-to/review.md says how its comment is posted.",
    ),
    "FC562": Code(
        "GitHub or GitLab does not answer",
        "$ fcompile ci github --post   # while GitHub is down",
        "Run the job again: the comment is edited, not made twice. The exit code is 75.",
    ),
    "FC563": Code(
        "The event of the workflow cannot be read",
        "$ GITHUB_EVENT_PATH=nowhere.json fcompile ci github",
        "GITHUB_EVENT_PATH names the event's file, which GitHub writes: leave it as it is.",
    ),
    "FC564": Code(
        "A change may let the future in",
        "A source loses its `availability_lag: 15m`: rows are seen a quarter of an hour earlier than before.",
        "Make sure that rows are known at that time. If they are, say so: an `allow:` entry with a reason.",
    ),
    "FC565": Code(
        "The committed SQL is stale",
        "$ fcompile ci github   # where the YAML was changed and `sql/` was not",
        "Run `fcompile build` and commit what it writes. The exit code is 3.",
    ),
    "FC566": Code(
        "--fail-on bars a change",
        "$ fcompile ci github --fail-on time   # where a view's ttl changes",
        "Take the change back, or excuse it with an `allow:` entry and its reason. The exit code is 3.",
    ),
    "FC580": Code(
        "A build would overwrite a file that it did not write",
        "A file of your own at sql/duckdb/feature_views/user_profile/historical.sql.",
        "Move the file away, or build into another folder with -o.",
    ),
    "FC581": Code(
        "A new project needs a new or empty folder",
        "$ fcompile init .",
        "Name a folder that does not exist yet.",
    ),
}
