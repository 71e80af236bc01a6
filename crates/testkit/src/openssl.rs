//! A TLS server that OpenSSL runs (`openssl s_server`), for what rustls can't act: old versions, strange names.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::authority::Leaf;

/// A running server. It ends when it is dropped.
pub struct OpensslServer {
    child: Child,
    port: u16,
    /// Kept: a server whose output nobody reads would stop.
    _output: BufReader<ChildStdout>,
    _folder: tempfile::TempDir,
}

impl OpensslServer {
    /// Starts one with this certificate and these further arguments, and waits until it listens. It answers requests
    /// with a page about the connection.
    pub fn start(leaf: &Leaf, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (certificate, key) = (folder.path().join("leaf.der"), folder.path().join("key.der"));
        std::fs::write(&certificate, &leaf.chain[0]).expect("a file");
        std::fs::write(&key, &leaf.key).expect("a file");
        let mut command = Command::new("openssl");
        command.args(["s_server", "-accept", "127.0.0.1:0", "-www", "-certform", "DER", "-keyform", "DER"]);
        command.arg("-cert").arg(&certificate).arg("-key").arg(&key).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("`openssl`; install the package openssl");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let port = loop {
            let mut line = String::new();
            if output.read_line(&mut line).expect("a line") == 0 {
                let mut problem = String::new();
                let _ = child.stderr.take().expect("its errors").read_to_string(&mut problem);
                panic!("openssl ended: {problem}");
            }
            if let Some(port) = line.strip_prefix("ACCEPT ").and_then(|address| address.rsplit(':').next()) {
                break port.trim().parse().expect("a port");
            }
        };
        Self { child, port, _output: output, _folder: folder }
    }

    /// Its address for the settings of an API.
    pub fn url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }
}

impl Drop for OpensslServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
