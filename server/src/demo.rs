//! `postern demo`: everything running, with something to try it on.

mod backend;
mod material;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use domain::credential::NewCredential;
use domain::list::ListQuery;
use domain::name::ApiId;
use domain::user::Actor;
use management::Management;
use management::apis::ApiForm;
use management::callers::CallersForm;
use management::security::{ChainForm, NameForm, SecurityForm};

use crate::cli::absolute;
use crate::config::Config;
use crate::demo::backend::Backend;
use crate::demo::material::{Material, PASSWORD};
use crate::snippet::shown;
use crate::{start, telemetry};

/// Runs portal, gateway and the sample backend until told to stop. The note is the last that is printed.
pub(crate) fn run(mut config: Config, note: Option<String>) -> anyhow::Result<()> {
    if config.log == "info" {
        // What is printed below is what a person wants to see, not a line a request.
        config.gateway.access_log = gateway::settings::AccessLog::Off;
    }
    telemetry::begin(&config)?;
    start::portal_runtime()?.block_on(async {
        let mut running = start::start(&config).await?;
        let material = Material::read_or_make(&config.data.join("demo"))?;
        let backend = Backend::start(&material).await?;
        let address = backend.address();
        let management = Arc::clone(&running.management);
        let authority = material.authority_pem.clone();
        tokio::task::spawn_blocking(move || add_sample_api(&management, &address.to_string(), &authority))
            .await
            .context("could not add the sample API")??;
        running.announce();
        explain(&running, &config.data, &backend);
        running.note = note;
        running.until_stopped().await
    })
}

/// The sample API in front of the sample backend, if it isn't there. No certificate is chosen yet: that is what the
/// demo is for.
fn add_sample_api(management: &Management, backend: &str, authority: &str) -> anyhow::Result<()> {
    let actor = &Actor::System;
    let query = ListQuery { search: "sample".to_owned(), ..ListQuery::default() };
    let known =
        management.list_apis(actor, &query)?.rows.into_iter().find(|row| row.settings.suffix == "sample");
    let form = ApiForm {
        name: "Sample API".to_owned(),
        suffix: "sample".to_owned(),
        backend: format!("https://{backend}"),
    };
    match known {
        Some(row) if row.settings.backend == form.backend => {}
        Some(row) => {
            let revision = management.api(actor, &row.id)?.revision;
            management.save_api(actor, &row.id, &form, revision)?;
        }
        None => {
            let (id, _) = management.create_api(actor, &form)?;
            trust_sample_backend(management, &id, authority)?;
        }
    }
    Ok(())
}

fn trust_sample_backend(management: &Management, id: &ApiId, authority: &str) -> anyhow::Result<()> {
    let form = SecurityForm {
        credential: NewCredential::Keep,
        callers: CallersForm::Keep,
        chain: ChainForm::Only(authority.to_owned()),
        name: NameForm::Address,
    };
    let revision = management.api(&Actor::System, id)?.revision;
    management.save_security(&Actor::System, id, &form, revision)?;
    Ok(())
}

fn explain(running: &start::Running, data: &Path, backend: &Backend) {
    let demo = absolute(&data.join("demo"));
    let gateway = running.gateway.addresses().first().map(ToString::to_string).unwrap_or_default();
    eprintln!(
        "backend  https://{} (refuses every connection without the sample certificate)\n",
        backend.address()
    );
    eprintln!("To try it:");
    eprintln!("  1. Sign in at the portal, and upload {}", shown(&demo.join("partner.pfx")));
    eprintln!("     under Security > Client certificates. Its password: {PASSWORD}");
    eprintln!("  2. Choose it for the Sample API: APIs > Sample API > Security. Save.");
    eprintln!("  3. Call the API:  curl -k https://{gateway}/sample/hello");
    eprintln!(
        "  4. Replace the certificate by {} (same password), and call again.",
        shown(&demo.join("partner-renewed.pfx"))
    );
    eprintln!("\nStop with Ctrl-C.");
}
