//! How the parts are put together, in order, and taken apart again.

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use certificates::seal::{MasterKey, Vault, key_file};
use domain::clock::Clock;
use domain::secret::Secret;
use gateway::Gateway;
use gateway::settings::{FailureRecords, Limits, Settings};
use management::users::random_token;
use management::{Management, Parts, keys, snapshot};
use store::connect::Store;
use tokio::net::TcpListener;

use crate::client::TrustedProxies;
use crate::config::{Config, MasterKeySource};
use crate::connections::{self, ConnectionLimits};
use crate::descriptors::{self, Shares, Wanted};
use crate::router::{self, PortalParts, Waits};
use crate::{feed, self_made, shutdown, telemetry};

/// Everything that runs, until it is dropped.
pub(crate) struct Running {
    pub(crate) management: Arc<Management>,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) setup: Option<Secret>,
    /// Printed when everything is ready.
    pub(crate) note: Option<String>,
    listener: TcpListener,
    portal: PortalLimits,
    drain: std::time::Duration,
    /// Held as long as the program runs on the data folder.
    _lock: File,
}

/// Whom the portal believes, and how long it waits for whom.
struct PortalLimits {
    proxies: TrustedProxies,
    waits: Waits,
    connections: ConnectionLimits,
}

/// Runs portal and gateway until the program is told to stop.
pub(crate) fn serve(config: &Config) -> anyhow::Result<()> {
    telemetry::begin(config)?;
    portal_runtime()?.block_on(async {
        let running = start(config).await?;
        running.announce();
        running.until_stopped().await
    })
}

/// The portal's own threads: it never shares one with the data path. All of them, those that wait for the disk among
/// them, have the stack that what a person writes may need: it is read, checked and run on them.
pub(crate) fn portal_runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).thread_name("portal").thread_stack_size(policy::STACK_BYTES).enable_all();
    builder.build().context("could not start the portal's threads")
}

/// Starts everything and lets it listen; nothing is answered by the portal before [`Running::until_stopped`].
pub(crate) async fn start(config: &Config) -> anyhow::Result<Running> {
    let lock = lock_data(&config.data)?;
    let shares = descriptors::share(descriptors::raise(), wanted(config));
    let store = open_store(config)?;
    let vault = own_vault(config, &store)?;
    let snapshot = Arc::new(snapshot::load(&store, &vault).context("could not read the configuration")?);
    let gateway = Arc::new(
        Gateway::start(gateway_settings(config, shares)?, Arc::clone(&snapshot))
            .context("could not start the gateway")?,
    );
    let setup = Some(random_token()?);
    let management = Arc::new(Management::new(Parts {
        store,
        vault,
        clock: Clock::system(),
        plane: feed::plane(&gateway),
        limits: config.sessions,
        traffic: config.traffic,
        snapshot,
        setup: setup.clone(),
    }));
    let setup = if management.needs_setup()? { setup } else { None };
    let address = config.portal.listen;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("could not listen on {address}; set `portal.listen` to a free address"))?;
    let portal = PortalLimits {
        proxies: TrustedProxies::new(config.portal.proxies.clone()),
        waits: Waits { piece: config.portal.idle, whole: config.portal.whole },
        connections: ConnectionLimits { most: shares.portal, wait: config.portal.idle },
    };
    let drain = config.gateway.drain;
    Ok(Running { management, gateway, setup, note: None, listener, portal, drain, _lock: lock })
}

impl Running {
    /// The portal's address, with the port that it really got.
    pub(crate) fn portal(&self) -> anyhow::Result<SocketAddr> {
        self.listener.local_addr().context("the portal isn't listening")
    }

    /// The one-time link for the first sign-in, while there is no user.
    pub(crate) fn setup_link(&self) -> Option<String> {
        let token = self.setup.as_ref()?.expose_text()?;
        Some(format!("http://{}/setup?token={token}", self.portal().ok()?))
    }

    /// Tells on the console where everything is.
    pub(crate) fn announce(&self) {
        let listening =
            self.gateway.addresses().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        if let Ok(portal) = self.portal() {
            eprintln!("portal   http://{portal}");
        }
        eprintln!("gateway  https://{listening}");
        if let Some(link) = self.setup_link() {
            eprintln!(
                "\nNobody can sign in yet. Open this link once to make the first administrator:\n  {link}\n"
            );
        }
    }

    /// Answers until the program is told to stop, then lets requests in flight finish.
    pub(crate) async fn until_stopped(self) -> anyhow::Result<()> {
        let address = self.portal()?;
        let Self { management, gateway, note, listener, portal, drain, _lock, .. } = self;
        let keeper = feed::kept_going(feed::keep_records, &management);
        let lists = feed::kept_going(feed::keep_lists, &management);
        let parts = PortalParts::new(
            Arc::clone(&management),
            gateway.addresses(),
            address,
            portal.proxies,
            portal.waits,
        );
        let (stop, stopped) = tokio::sync::watch::channel(());
        let serving = connections::serve(listener, router::router(parts), portal.connections, stopped);
        let serving = tokio::spawn(serving);
        eprintln!("postern is ready");
        if let Some(note) = note {
            eprintln!("note: {note}");
        }
        shutdown::requested().await;
        tracing::info!("stopping: requests in flight may finish");
        // First of all: not everybody has the patience to wait for the end.
        feed::keep_now(&management).await;
        let _ = stop.send(());
        // A browser that keeps a connection open must not keep the program from ending.
        let _ = tokio::time::timeout(drain.min(PORTAL_DRAIN), serving).await;
        drop((keeper, lists));
        // Everybody else holds it weakly, for a moment at a time.
        let end = move || Arc::into_inner(gateway).map(Gateway::shutdown).unwrap_or_default();
        let failures = tokio::task::spawn_blocking(end).await.context("stopping failed")?;
        feed::keep(&management, move |management| management.store_failures(&failures)).await;
        Ok(())
    }
}

/// Judges what `serve` would use, without listening or changing anything.
pub(crate) fn check(config: &Config) -> anyhow::Result<()> {
    if let Some((certificate, key)) = &config.gateway.identity {
        self_made::from_files(certificate, key)?;
    }
    if let MasterKeySource::Environment(key) = &config.master_key {
        master_key(key)?;
    }
    Ok(())
}

/// Use cases without a gateway, for the command line; the program may be running meanwhile.
pub(crate) fn management_alone(config: &Config) -> anyhow::Result<Management> {
    let store = open_store(config)?;
    Ok(Management::new(Parts {
        vault: own_vault(config, &store)?,
        store,
        clock: Clock::system(),
        plane: feed::no_plane(),
        limits: config.sessions,
        traffic: config.traffic,
        snapshot: Arc::default(),
        setup: None,
    }))
}

/// Makes a new master key and seals every stored key again. Ends with an error while the program runs.
pub(crate) fn rotate_master_key(config: &Config) -> anyhow::Result<usize> {
    let MasterKeySource::File(path) = &config.master_key else {
        bail!(
            "the master key comes from the environment; to change it, start once with the old key in a file (`master-key-file`) and rotate that"
        )
    };
    let _lock = lock_data(&config.data)?;
    let store = open_store(config)?;
    // A key that isn't the store's must not get into the file beside a new one.
    keys::refuse_foreign(&store, &key_file::read_or_create(path)?.into_vault())?;
    // Both keys are in the file while keys are sealed again: a crash in between loses nothing.
    let both = key_file::write_rotated(path, MasterKey::generate()?)?.into_vault();
    keys::take_over(&store, &both)?;
    let count = keys::reseal_all(&store, &both).context("could not seal the keys again")?;
    key_file::forget_older(path)?;
    Ok(count)
}

fn lock_data(data: &Path) -> anyhow::Result<File> {
    make_private_folder(data)?;
    let path = data.join("postern.lock");
    let lock = private_file(&path).with_context(|| format!("could not write `{}`", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => bail!(
            "postern is running on `{}` already; stop it first, or set `data` to another folder",
            data.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("could not lock `{}`", path.display()))
        }
    }
}

fn private_file(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}

fn make_private_folder(data: &Path) -> anyhow::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data).with_context(|| {
        format!("could not make the folder `{}`; set `data` to one that can be written", data.display())
    })?;
    // One that somebody else owns may stay as it is: the files in it are private by themselves.
    let is_open = std::fs::metadata(data).is_ok_and(|facts| facts.permissions().mode() & 0o077 != 0);
    if is_open && std::fs::set_permissions(data, Permissions::from_mode(0o700)).is_err() {
        tracing::warn!(folder = %data.display(), "others may look into the data folder; run `chmod 700` on it");
    }
    Ok(())
}

fn open_store(config: &Config) -> anyhow::Result<Store> {
    make_private_folder(&config.data)?;
    Ok(Store::open(&config.data.join("postern.sqlite"))?)
}

/// The vault of this store: a key of another one is refused, whatever is sealed.
fn own_vault(config: &Config, store: &Store) -> anyhow::Result<Vault> {
    let vault = vault(config, store)?;
    keys::take_over(store, &vault).with_context(|| match &config.master_key {
        MasterKeySource::File(path) => format!("the master key `{}` can't be used", path.display()),
        MasterKeySource::Environment(_) => "the setting `master-key` can't be used".to_owned(),
    })?;
    Ok(vault)
}

fn vault(config: &Config, store: &Store) -> anyhow::Result<Vault> {
    match &config.master_key {
        MasterKeySource::Environment(key) => Ok(Vault::new(master_key(key)?, Vec::new())),
        MasterKeySource::File(path) => {
            let sealed = keys::sealed(store)?;
            if sealed > 0 && !path.exists() {
                bail!(
                    "the master key `{}` is missing, and what is in the store is sealed with it; put the file back",
                    path.display()
                );
            }
            Ok(key_file::read_or_create(path)?.into_vault())
        }
    }
}

fn master_key(text: &Secret) -> anyhow::Result<MasterKey> {
    let text = text.expose_text().unwrap_or_default();
    MasterKey::from_hex(text)
        .context("setting `master-key` must be 64 hexadecimal digits; make one with `openssl rand -hex 32`")
}

/// How many descriptors the settings ask for.
fn wanted(config: &Config) -> Wanted {
    let gateway = &config.gateway;
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    Wanted {
        portal: config.portal.max_connections,
        gateway: gateway.max_connections,
        threads: if gateway.threads == 0 { cores() } else { gateway.threads },
        listeners: gateway.listen.len() + gateway.listen_plain.len(),
    }
}

fn gateway_settings(config: &Config, shares: Shares) -> anyhow::Result<Settings> {
    let settings = &config.gateway;
    let identity = match &settings.identity {
        Some((certificate, key)) => self_made::from_files(certificate, key)?,
        None => self_made::read_or_make(&config.data)?,
    };
    let limits = Limits::default();
    Ok(Settings {
        listen: settings.listen.clone(),
        listen_plain: settings.listen_plain.clone(),
        identity,
        threads: settings.threads,
        timeouts: settings.timeouts.clone(),
        limits: Limits {
            max_connections: shares.gateway,
            max_backend_connections: shares.backends,
            // Unused connections to backends may take up half of what there is for backends.
            pool_idle_per_backend: limits
                .pool_idle_per_backend
                .min((shares.backends / 2 / wanted(config).threads.max(1) / BACKENDS_AT_ONCE).max(1)),
            max_whole_body_bytes: settings.max_whole_body_bytes,
            ..limits
        },
        access_log: settings.access_log,
        failure_records: match config.traffic.most_of_a_kind {
            0 => FailureRecords::Off,
            _ => FailureRecords::On,
        },
        proxies: settings.proxies.clone(),
        refused_addresses: settings.refused_addresses.clone(),
        deployment: settings.deployment.clone(),
        drain: settings.drain,
    })
}

/// Backends among which unused connections are divided when there are few descriptors.
const BACKENDS_AT_ONCE: usize = 8;
const PORTAL_DRAIN: std::time::Duration = std::time::Duration::from_secs(5);
