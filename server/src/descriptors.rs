//! Open files and sockets: how many there may be, and how gateway, portal and backends share them.

/// What each part gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shares {
    /// Connections of the portal.
    pub(crate) portal: usize,
    /// Connections from clients of the gateway.
    pub(crate) gateway: usize,
    /// Connections to backends, used and unused.
    pub(crate) backends: usize,
}

/// What the settings ask for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) portal: usize,
    pub(crate) gateway: usize,
    /// Threads of the gateway, and the sockets that each of them listens on.
    pub(crate) threads: usize,
    pub(crate) listeners: usize,
}

/// Raises the limit of open files as far as the system lets this process; gives what it is then.
pub(crate) fn raise() -> usize {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
        Err(error) => {
            tracing::warn!(error = domain::causes::causes(&error), "could not raise the limit of open files");
            let current = rlimit::getrlimit(rlimit::Resource::NOFILE).map(|(soft, _)| soft);
            usize::try_from(current.unwrap_or(LEAST)).unwrap_or(usize::MAX)
        }
    }
}

/// Divides what there is. Settings that can't be met are said, and reduced so that no part can starve another.
pub(crate) fn share(limit: usize, wanted: Wanted) -> Shares {
    let own = OWN + wanted.threads.saturating_mul(wanted.listeners + PER_THREAD);
    let free = limit.saturating_sub(own);
    // Each client of the gateway may need a connection to a backend.
    let needed = wanted.portal.saturating_add(wanted.gateway.saturating_mul(2));
    if needed <= free {
        return Shares {
            portal: wanted.portal,
            gateway: wanted.gateway,
            backends: free - wanted.portal - wanted.gateway,
        };
    }
    let portal = wanted.portal.min((free / 8).max(1));
    let gateway = wanted.gateway.min((free.saturating_sub(portal) / 2).max(1));
    let backends = free.saturating_sub(portal + gateway).max(1);
    let needed = own.saturating_add(needed);
    said("gateway.max-connections", wanted.gateway, gateway, limit, needed);
    said("portal.max-connections", wanted.portal, portal, limit, needed);
    Shares { portal, gateway, backends }
}

fn said(setting: &str, wanted: usize, granted: usize, limit: usize, needed: usize) {
    if granted < wanted {
        tracing::warn!(
            setting,
            wanted,
            granted,
            open_files = limit,
            "`{setting}` is {wanted}, but this process may have only {limit} open files: it is reduced to {granted}. \
             Allow {needed} open files (`LimitNOFILE={needed}` for systemd, `ulimit -Hn {needed}` in a shell), or \
             lower the setting"
        );
    }
}

/// The store, the log, the program's own files and jobs.
const OWN: usize = 64;
/// What a thread's runtime needs.
const PER_THREAD: usize = 4;
const LEAST: u64 = 256;

#[cfg(test)]
mod tests {
    use super::{Shares, Wanted, share};

    const WANTED: Wanted = Wanted { portal: 256, gateway: 20_000, threads: 2, listeners: 1 };

    #[test]
    fn what_can_be_met_is_left_alone() {
        let shares = share(65_536, WANTED);
        assert_eq!((shares.portal, shares.gateway), (256, 20_000));
        assert!(shares.backends > 20_000);
    }

    #[test]
    fn few_descriptors_are_shared_so_that_nobody_starves() {
        for limit in [128, 256, 1_024, 4_096, 40_000] {
            let Shares { portal, gateway, backends } = share(limit, WANTED);
            assert!(portal >= 1 && gateway >= 1 && backends >= gateway, "{limit}");
            assert!(portal + gateway + backends < limit, "{limit}: {portal} {gateway} {backends}");
        }
        assert_eq!(share(1_024, WANTED), Shares { portal: 118, gateway: 416, backends: 416 });
    }
}
