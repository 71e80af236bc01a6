//! Management and gateway in one process: what is saved goes straight to the gateway.

use std::sync::{Arc, Weak};
use std::time::Duration;

use domain::authority_file::FetchProblem;
use domain::causes::causes;
use domain::failed_call::Failures;
use domain::probe::ProbeReport;
use domain::user::Actor;
use gateway::Gateway;
use management::Management;
use management::plane::Plane;

/// The running gateway as management asks it. Management doesn't keep it running.
pub(crate) fn plane(gateway: &Arc<Gateway>) -> Plane {
    let [publisher, prober, fetcher, server, shower, router, recorder, starter, tracer, teller, guard]: [Weak<
        Gateway,
    >;
        11] = std::array::from_fn(|_| Arc::downgrade(gateway));
    Plane {
        publish: Box::new(move |snapshot| {
            let gateway = publisher.upgrade().ok_or(STOPPING)?;
            gateway.publish(snapshot);
            Ok(())
        }),
        faults: Box::new(move || teller.upgrade().map(|gateway| gateway.faults()).unwrap_or_default()),
        probe: Box::new(move |target| match prober.upgrade() {
            Some(gateway) => Box::pin(gateway.probe(target)),
            None => Box::pin(async { unreachable(STOPPING) }),
        }),
        fetch_list: Box::new(move |address| match fetcher.upgrade() {
            Some(gateway) => Box::pin(gateway.fetch_list(address)),
            None => Box::pin(async { Err(FetchProblem::Unreachable { reason: STOPPING.to_owned() }) }),
        }),
        served: Box::new(move || Some(server.upgrade()?.revision())),
        certificate_used: Box::new(move |id| shower.upgrade()?.certificate_used(id)),
        api_used: Box::new(move |id| router.upgrade()?.api_used(id)),
        take_failures: Box::new(move || {
            recorder.upgrade().map(|gateway| gateway.take_failures()).unwrap_or_default()
        }),
        start_trace: Box::new(move |api| Some(starter.upgrade()?.start_trace(api))),
        trace: Box::new(move |request_id| tracer.upgrade()?.trace(request_id)),
        passes: Box::new(move |name, address| {
            guard.upgrade().is_some_and(|gateway| gateway.passes(name, address))
        }),
    }
}

/// No gateway: for the command line.
pub(crate) fn no_plane() -> Plane {
    Plane {
        publish: Box::new(|_| Err(NONE.to_owned())),
        probe: Box::new(|_| Box::pin(async { unreachable(NONE) })),
        fetch_list: Box::new(|_| {
            Box::pin(async { Err(FetchProblem::Unreachable { reason: NONE.to_owned() }) })
        }),
        faults: Box::new(Arc::default),
        served: Box::new(|| None),
        certificate_used: Box::new(|_| None),
        api_used: Box::new(|_| None),
        take_failures: Box::new(Failures::default),
        start_trace: Box::new(|_| None),
        trace: Box::new(|_| None),
        passes: Box::new(|_, _| true),
    }
}

/// Runs a job that never ends; a fault in it, which is in the log by then, only lets it begin anew.
pub(crate) fn kept_going<F: Future<Output = ()> + Send + 'static>(
    job: impl Fn(Arc<Management>) -> F + Send + 'static,
    management: &Arc<Management>,
) -> AbortOnDrop {
    let management = Arc::clone(management);
    AbortOnDrop(tokio::spawn(async move {
        loop {
            let running = AbortOnDrop(tokio::spawn(job(Arc::clone(&management))));
            let _ = running.ended().await;
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    }))
}

/// A task that ends when nobody holds it any more.
pub(crate) struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl AbortOnDrop {
    async fn ended(mut self) -> Result<(), tokio::task::JoinError> {
        (&mut self.0).await
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Stores every second what has failed, and every minute what was used; then it forgets what is too old.
pub(crate) async fn keep_records(management: Arc<Management>) {
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    loop {
        tokio::select! {
            _ = seconds.tick() => keep(&management, Management::keep_failures).await,
            _ = minutes.tick() => {
                keep(&management, Management::keep_last_used).await;
                keep(&management, Management::forget_old_failures).await;
            }
        }
    }
}

/// Stores what is known by now.
pub(crate) async fn keep_now(management: &Arc<Management>) {
    keep(management, Management::keep_last_used).await;
    keep(management, Management::keep_failures).await;
}

/// Does something with the records on a thread that may wait. A failure is logged, and the next time may be luckier.
pub(crate) async fn keep(
    management: &Arc<Management>,
    job: impl FnOnce(&Management) -> Result<(), management::error::Error> + Send + 'static,
) {
    let management = Arc::clone(management);
    let problem = match tokio::task::spawn_blocking(move || job(&management)).await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => causes(&error),
        Err(panicked) => causes(&panicked),
    };
    tracing::warn!(error = problem, "could not store what happened at the gateway");
}

/// Fetches the revocation lists that are due, every half minute.
pub(crate) async fn keep_lists(management: Arc<Management>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(30));
    loop {
        ticks.tick().await;
        if let Err(error) = renew_lists(&management).await {
            tracing::warn!(error = causes(error.as_ref()), "could not renew revocation lists");
        }
    }
}

async fn renew_lists(management: &Arc<Management>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let asked = Arc::clone(management);
    let due = tokio::task::spawn_blocking(move || asked.lists_due(&Actor::System)).await??;
    for (id, address) in due {
        let fetched = management.fetch(address).await;
        let taker = Arc::clone(management);
        tokio::task::spawn_blocking(move || taker.take_fetched(&Actor::System, &id, fetched)).await??;
    }
    Ok(())
}

fn unreachable(reason: &str) -> ProbeReport {
    ProbeReport::Unreachable { reason: reason.to_owned() }
}

const STOPPING: &str = "the gateway is stopping";
const NONE: &str = "no gateway runs in this process";
