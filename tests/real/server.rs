//! A web server for the tests: a directory over loopback, and a true 404 for what is not in it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Publishes a directory over HTTP until the test program ends.
pub(crate) struct Server {
    pub(crate) url: String,
    /// What was asked for, each with the answer: `404 /modules/x`.
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn of(directory: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let log = Arc::new(Mutex::new(Vec::new()));
        let (directory, seen) = (directory.to_owned(), log.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (directory, seen) = (directory.clone(), seen.clone());
                std::thread::spawn(move || answer(&stream, &directory, &seen));
            }
        });
        Self { url, log }
    }

    /// Everything that was asked for.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Whether something was asked for and answered so.
    pub(crate) fn has_seen(&self, line: &str) -> bool {
        self.log.lock().unwrap().iter().any(|seen| seen == line)
    }
}

/// A client that goes away early is no failure of a test's.
fn answer(stream: &TcpStream, directory: &Path, log: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request).ok()?;
    let mut header = String::new();
    while reader.read_line(&mut header).ok()? > 2 {
        header.clear();
    }
    let path = request.split(' ').nth(1)?.to_owned();
    let file: PathBuf = directory.join(path.trim_start_matches('/'));
    let found = if path.contains("..") { None } else { std::fs::read(file).ok() };
    let status = if found.is_some() { "200 OK" } else { "404 Not Found" };
    log.lock().ok()?.push(format!("{} {path}", &status[..3]));
    let body = found.unwrap_or_default();
    let length = body.len();
    let mut stream = stream;
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    if request.starts_with("GET ") { stream.write_all(&body).ok() } else { Some(()) }
}
