"""What a process reads of its environment, beside the settings, and what it leaves there for its workers."""

CONFIG_VARIABLE = "FEEDS_CONFIG"
DEFAULT_CONFIG = "config.toml"
# The file in which the processes of one service add up what they count; without it each counts for itself.
LEDGER_VARIABLE = "KHULASAT_LEDGER"
# A copy of the configuration as it was found right last: a worker that takes another's place reads nothing else.
ACCEPTED_VARIABLE = "KHULASAT_ACCEPTED"
# Scheme, host and port that `feeds serve` listens on, empty for a socket file. Where it is set, SIGHUP is ours.
ORIGIN_VARIABLE = "KHULASAT_ORIGIN"
