//! What a process holds and spends, read from the kernel.

use std::fs;
use std::path::Path;

/// Clock ticks per second of the kernel's process times, the same on every Linux.
const TICKS_PER_S: f64 = 100.0;
const KIB_PER_MIB: f64 = 1024.0;

/// One look at the workbench.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sample {
    pub(crate) minute: f64,
    pub(crate) rss_mib: f64,
    pub(crate) descriptors: usize,
    pub(crate) threads: usize,
    /// Children that ended and were not waited for.
    pub(crate) zombies: usize,
    /// Since its start.
    pub(crate) cpu_s: f64,
    /// Since its start, all files and the terminal together.
    pub(crate) written_mib: f64,
    pub(crate) data_mib: f64,
    pub(crate) log_mib: f64,
    /// Cases that the vendors list.
    pub(crate) cases: usize,
    /// The vendors' own process.
    pub(crate) vendors_mib: f64,
}

pub(crate) fn rss_mib(pid: u32) -> f64 {
    number(&format!("/proc/{pid}/status"), "VmRSS:") / KIB_PER_MIB
}

pub(crate) fn cpu_s(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / TICKS_PER_S
}

pub(crate) fn descriptors(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).unwrap().count()
}

pub(crate) fn threads(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/task")).unwrap().count()
}

/// Bytes handed to `write`, to files and the terminal.
pub(crate) fn written_bytes(pid: u32) -> f64 {
    number(&format!("/proc/{pid}/io"), "wchar:")
}

/// Bytes that went to a disk.
pub(crate) fn stored_bytes(pid: u32) -> f64 {
    number(&format!("/proc/{pid}/io"), "write_bytes:")
}

pub(crate) fn zombies(pid: u32) -> usize {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
    let children: Vec<String> =
        tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok()).map(|text| text.trim().to_owned()).collect();
    let ended = |child: &&str| fs::read_to_string(format!("/proc/{child}/stat")).is_ok_and(|stat| stat.contains(") Z "));
    children.iter().flat_map(|line| line.split_whitespace()).filter(ended).count()
}

/// Everything below a folder.
pub(crate) fn folder_mib(folder: &Path) -> f64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0.0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => folder_mib(&entry.path()),
            #[expect(clippy::cast_precision_loss, reason = "a size for a table")]
            Ok(meta) => meta.len() as f64 / KIB_PER_MIB / KIB_PER_MIB,
            Err(_) => 0.0,
        })
        .sum()
}

fn number(file: &str, name: &str) -> f64 {
    let text = fs::read_to_string(file).unwrap();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Least squares: how much `value` rises per hour.
pub(crate) fn slope_per_h(samples: &[Sample], value: impl Fn(&Sample) -> f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few samples")]
    let count = samples.len() as f64;
    let mean = |of: &dyn Fn(&Sample) -> f64| samples.iter().map(of).sum::<f64>() / count;
    let (minute, middle) = (mean(&|sample| sample.minute), mean(&|sample| value(sample)));
    let over: f64 = samples.iter().map(|sample| (sample.minute - minute) * (value(sample) - middle)).sum();
    let under: f64 = samples.iter().map(|sample| (sample.minute - minute).powi(2)).sum();
    if under == 0.0 { 0.0 } else { over / under * 60.0 }
}
