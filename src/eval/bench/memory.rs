//! What the process holds in memory, as the kernel counts it (`/proc`, Linux).
//! Files that are mapped, such as the index, count as resident while they are in
//! the page cache and can be dropped at any time; what is our own cannot.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// How often it is looked at.
const EVERY: Duration = Duration::from_millis(5);

/// MiB; `None` where the kernel does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Memory {
    /// Most that was resident, mapped files included.
    pub resident: Option<f64>,
    /// Most that was our own, looked at every 5 ms.
    pub own: Option<f64>,
}

/// Runs `work` and says what memory the process held at most meanwhile.
pub fn during<T>(work: impl FnOnce() -> T) -> (T, Memory) {
    // Begins the kernel's own count of the most anew; where that is refused, it goes on from before.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut most = None;
            while !done.load(Ordering::Relaxed) {
                most = most.max(kib("RssAnon:"));
                std::thread::sleep(EVERY);
            }
            most.max(kib("RssAnon:"))
        });
        let made = work();
        done.store(true, Ordering::Relaxed);
        let own = watching.join().ok().flatten();
        (made, Memory { resident: kib("VmHWM:").map(mib), own: own.map(mib) })
    })
}

/// KiB that are another process's own; none where the kernel does not tell.
#[must_use]
pub fn own_of(process: u32) -> Option<u32> {
    count(&format!("/proc/{process}/status"), "RssAnon:")
}

fn kib(name: &str) -> Option<u32> {
    count("/proc/self/status", name)
}

fn count(file: &str, name: &str) -> Option<u32> {
    let status = std::fs::read_to_string(file).ok()?;
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

fn mib(kib: u32) -> f64 {
    (f64::from(kib) / 102.4).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_held_for_a_while_is_seen() {
        const MIB: usize = 64;
        let (sum, memory) = during(|| {
            let held = vec![1_u8; MIB << 20];
            std::thread::sleep(4 * EVERY);
            held.iter().map(|byte| usize::from(*byte)).sum::<usize>()
        });
        assert_eq!(sum, MIB << 20);
        // Elsewhere than on Linux nothing is known, and that is what it says.
        assert!(memory.own.unwrap_or(f64::MAX) >= 64.0, "{memory:?}");
        // Other tests begin the kernel's count of the most anew: more is not known here.
        assert!(memory.resident.unwrap_or(f64::MAX) > 0.0, "{memory:?}");
    }
}
