//! What the program ends with, told alike wherever help is printed.

/// Exit codes, for the foot of every help.
pub(in crate::cli) const EXIT_CODES: &str = "Exit codes:
  0  done
  1  nothing matched
  2  wrong usage, configuration or data directory
  3  a vendor refused the keys
  4  the network or a vendor failed
  5  somebody else changed it, or the change could not be confirmed
  6  part of it failed, or was never read: what is printed may not be everything
  7  saved and queued: it is sent when the network is back";
