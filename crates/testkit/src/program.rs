//! The real program as a process of its own, and a visitor of its portal without a browser.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;

use crate::client::{Answer, Client, request};

/// A running program on a data folder; ended when dropped.
pub struct Program {
    child: Child,
    pub portal: SocketAddr,
    pub gateway: SocketAddr,
    /// Path and query of the one-time link, while there is no user.
    pub setup: Option<String>,
    log: Arc<Mutex<Vec<String>>>,
}

/// Somebody who is signed in at the portal.
pub struct Visitor {
    client: Client,
    address: SocketAddr,
    pub cookie: String,
}

impl Program {
    /// Starts the program on free ports and waits until it says where it listens.
    pub fn start(binary: &str, data: &Path, verb: &str, flags: &[&str]) -> Self {
        let mut child = Command::new(binary)
            .args([verb, "--portal-listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(flags)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let (mut portal, mut gateway, mut setup) = (None, None, None);
        let log = Arc::new(Mutex::new(Vec::new()));
        for line in lines.by_ref() {
            log.lock().unwrap().push(line.clone());
            let address = |prefix: &str| line.strip_prefix(prefix).map(|rest| rest.trim().parse().unwrap());
            portal = portal.or_else(|| address("portal   http://"));
            gateway = gateway.or_else(|| address("gateway  https://"));
            setup = setup.or_else(|| line.find("/setup?token=").map(|at| line[at..].to_owned()));
            if line.contains("is ready") {
                break;
            }
        }
        // What it logs later must go somewhere, or it would wait for a reader.
        let later = Arc::clone(&log);
        std::thread::spawn(move || lines.for_each(|line| later.lock().unwrap().push(line)));
        Self { child, portal: portal.unwrap(), gateway: gateway.unwrap(), setup, log }
    }

    /// The process, for its memory and for signals.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Everything it has printed so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    /// Ends it without warning, as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// A caller of the gateway that trusts the certificate it made for itself in this data folder.
    pub fn caller(&self, data: &Path) -> Client {
        let pem = std::fs::read(data.join("gateway.pem")).unwrap();
        let der = certificates::pem::certificates(&pem).unwrap().remove(0);
        Client::https(self.gateway, der)
    }

    /// Somebody at the portal who isn't signed in.
    pub fn stranger(&self) -> Visitor {
        Visitor { client: Client::plain(self.portal), address: self.portal, cookie: String::new() }
    }

    /// The first administrator, made through the one-time link.
    pub async fn administrator(&self) -> Visitor {
        let mut visitor = self.stranger();
        let link = self.setup.clone().unwrap();
        let token = link.rsplit('=').next().unwrap();
        let answer =
            visitor.post("/api/set-up", &[("token", token), ("name", "admin"), ("password", PASSWORD)]).await;
        visitor.cookie = session_of(&answer).unwrap();
        visitor
    }
}

impl Visitor {
    /// A page.
    pub async fn get(&self, path: &str) -> Answer {
        self.client.send(self.as_browser(request(Method::GET, path, ""))).await
    }

    /// A form, as a browser sends it from one of the portal's own pages.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.client.send(self.form(path, fields)).await
    }

    /// The same, of a portal that may end any moment: `None` if no whole answer came.
    pub async fn try_post(&self, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        self.try_send(self.form(path, fields)).await
    }

    /// Puts the renewed PFX into the slot of a certificate and in force: `None` if no whole answer came.
    pub async fn try_replace(&self, id: &str, file: &[u8], password: &str) -> Option<Answer> {
        let page = format!("/security/certificates/{id}/replace");
        self.try_upload(&page, file, password).await?;
        let review = self.as_browser(request(Method::GET, &format!("{page}/review"), ""));
        let review = self.try_send(review).await?.text();
        let version = review.split("name=\"version\" value=\"").nth(1)?.split('"').next()?.to_owned();
        self.try_post("/api/certificates/replacement/use", &[("id", id), ("version", &version)]).await
    }

    async fn try_send(&self, request: Request<Full<Bytes>>) -> Option<Answer> {
        self.client.connect().await.ok()?.send(request).await.ok()
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> Request<Full<Bytes>> {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect::<Vec<_>>()
            .join("&");
        let mut request = self.as_browser(request(Method::POST, path, body));
        request.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
        request
    }

    /// A file with its password, as the upload form sends it.
    pub async fn upload(&self, path: &str, file: &[u8], password: &str) -> Answer {
        self.client.send(self.file(path, file, password)).await
    }

    /// The same, of a portal that may end any moment: `None` if no whole answer came.
    pub async fn try_upload(&self, path: &str, file: &[u8], password: &str) -> Option<Answer> {
        self.try_send(self.file(path, file, password)).await
    }

    fn file(&self, path: &str, file: &[u8], password: &str) -> Request<Full<Bytes>> {
        let mut body = Vec::new();
        for (name, value) in [("password", password.as_bytes()), ("name", b"".as_slice())] {
            body.extend_from_slice(
                format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(value);
            body.extend_from_slice(b"\r\n");
        }
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pfx\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let mut request = self.as_browser(request(Method::POST, path, body));
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        request
    }

    /// The value of a hidden field on a page.
    pub async fn hidden(&self, path: &str, field: &str) -> String {
        hidden_in(&self.get(path).await.text(), field).unwrap()
    }

    /// The same, of a portal that may end any moment.
    pub async fn try_hidden(&self, path: &str, field: &str) -> Option<String> {
        let page = self.try_send(self.as_browser(request(Method::GET, path, ""))).await?;
        hidden_in(&page.text(), field)
    }

    fn as_browser(&self, mut request: Request<Full<Bytes>>) -> Request<Full<Bytes>> {
        let headers = request.headers_mut();
        headers.insert("host", self.address.to_string().parse().unwrap());
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        headers.insert("accept", "text/html".parse().unwrap());
        if !self.cookie.is_empty() {
            headers.insert("cookie", self.cookie.parse().unwrap());
        }
        request
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hidden_in(page: &str, field: &str) -> Option<String> {
    let input = page.split("<input").find(|input| input.contains(&format!("name=\"{field}\"")))?;
    input.split("value=\"").nth(1)?.split('"').next().map(str::to_owned)
}

/// The session's cookie that an answer sets.
pub fn session_of(answer: &Answer) -> Option<String> {
    let lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    let line = lines.into_iter().find(|line| line.starts_with("__Host-postern="))?;
    line.split(';').next().map(str::to_owned)
}

/// Asks again until `done` is content, for things that another thread or process does in its own time.
///
/// # Panics
/// After ten seconds.
pub async fn until<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(tokio::time::Instant::now() < deadline, "it didn't happen within ten seconds");
        tokio::task::yield_now().await;
    }
}

fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// The first administrator's password.
pub const PASSWORD: &str = "a long enough password";
const BOUNDARY: &str = "----the-end-of-a-part-7f3a";
