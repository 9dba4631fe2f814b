"""What a process reads of its environment, beside the settings, and what it leaves there for its workers."""

CONFIG_VARIABLE = "FEEDS_CONFIG"
DEFAULT_CONFIG = "config.toml"
# The file in which the processes of one service add up what they count; without it each counts for itself.
LEDGER_VARIABLE = "KHULASAT_LEDGER"
