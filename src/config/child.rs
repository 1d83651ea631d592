//! Programs of the person's own, run beside us: without our tokens in their environment, and ended with everything that
//! they have started.

use std::process::{Child, Command};

/// Takes the secrets out of what a program inherits.
pub fn without_secrets<'c>(command: &'c mut Command, variables: &[String]) -> &'c mut Command {
    for variable in variables {
        command.env_remove(variable);
    }
    command
}

/// Gives a program a process group of its own, so that [`end`] reaches what it starts. It cannot read the terminal.
pub fn in_own_group(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command
}

/// Ends a program that was started in its own group, and everything in that group; returns when it is gone.
pub fn end(child: &mut Child) {
    // Not waited for yet, so the number is still its own.
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // Whoever has left the group, or has ended in this very moment, is nobody to be ended.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    drop(child.kill());
    drop(child.wait());
}

/// Looks for what a program has started; each finds what the one before had not stopped yet.
#[cfg(unix)]
const LOOKS: usize = 8;

/// Ends a program that shares our group with us, and everything that it has started: whatever lives on would go on reading
/// the terminal. Returns when it is gone.
pub(super) fn end_with_its_children(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process};
        let signal = |pid: &u32, signal| {
            // Whoever has ended in this very moment is nobody to be ended.
            let pid = i32::try_from(*pid).ok().and_then(Pid::from_raw);
            let _ = pid.map(|pid| kill_process(pid, signal));
        };
        let mut family = vec![child.id()];
        signal(&family[0], Signal::STOP);
        for _ in 0..LOOKS {
            let is_new = |(pid, parent): &(u32, u32)| family.contains(parent) && !family.contains(pid);
            let new: Vec<u32> = processes().into_iter().filter(is_new).map(|(pid, _)| pid).collect();
            if new.is_empty() {
                break;
            }
            // One that stands still starts nothing that a later look could miss.
            for pid in &new {
                signal(pid, Signal::STOP);
            }
            family.extend(new);
        }
        for pid in &family {
            signal(pid, Signal::KILL);
        }
    }
    drop(child.kill());
    drop(child.wait());
}

/// All processes with their parents; none where nothing tells them.
#[cfg(unix)]
fn processes() -> Vec<(u32, u32)> {
    use std::process::Stdio;
    let mut list = Command::new("ps");
    list.args(["-A", "-o", "pid=", "-o", "ppid="]).stdin(Stdio::null()).stderr(Stdio::null()).env_clear();
    list.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    let Ok(told) = list.output() else { return Vec::new() };
    let told = String::from_utf8_lossy(&told.stdout);
    let process = |line: &str| {
        let mut numbers = line.split_whitespace().map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    told.lines().filter_map(process).collect()
}
