//! A server that does what no real one should, or stands between a client and a real one.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What comes back for a request.
#[derive(Debug, Clone)]
pub enum Reaction {
    /// This text, which is a whole answer.
    Answer(String),
    /// Nothing: the request was read, and the connection is closed.
    HangUp,
    /// Nothing, and the connection stays open.
    Hold,
    /// This text, and after it spaces until the client has had enough.
    Endless(String),
    /// What the real server answers.
    Forward,
    /// So many bytes of what the real server answers.
    ForwardAndCut(usize),
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request(String);

/// Listens, and reacts to each request as it was told.
#[derive(Debug)]
pub struct Stub {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Stub {
    /// One without a real server behind it.
    ///
    /// # Panics
    /// Where the system gives no port.
    pub fn start(react: impl Fn(&Request) -> Reaction + Send + Sync + 'static) -> Self {
        Self::before("", react)
    }

    /// One that always says the same.
    ///
    /// # Panics
    /// Where the system gives no port.
    pub fn always(reaction: Reaction) -> Self {
        Self::start(move |_| reaction.clone())
    }

    /// One that stands before the real server at `upstream`.
    ///
    /// # Panics
    /// Where the system gives no port.
    pub fn before(upstream: &str, react: impl Fn(&Request) -> Reaction + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (upstream, kept, react) = (upstream.to_owned(), Arc::clone(&requests), Arc::new(react));
        // Both end with the process: a stub lives as long as its test.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (upstream, kept, react) = (upstream.clone(), Arc::clone(&kept), Arc::clone(&react));
                std::thread::spawn(move || serve(stream, &upstream, &kept, &*react));
            }
        });
        Self { url, requests }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sends a request of this text to a real server: the whole answer.
    ///
    /// # Panics
    /// Where nobody answers.
    pub fn resend(text: &str, url: &str) -> String {
        Request(text.to_owned()).send_to(url)
    }

    /// What it was sent so far.
    ///
    /// # Panics
    /// Never: nobody panics while adding to it.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no holder panics").clone()
    }
}

impl Reaction {
    /// An answer of `status` (such as `200 OK`) with a JSON body.
    pub fn json(status: &str, body: &str) -> Self {
        Self::answer(status, "content-type: application/json\r\n", body)
    }

    /// The same with more headers, each with its line end.
    pub fn json_with(status: &str, headers: &str, body: &str) -> Self {
        Self::answer(status, &format!("content-type: application/json\r\n{headers}"), body)
    }

    /// A problem with a code and a sentence.
    pub fn problem(status: u16, code: &str, detail: &str) -> Self {
        Self::problem_with(status, code, detail, "")
    }

    /// The same with more headers, each with its line end.
    pub fn problem_with(status: u16, code: &str, detail: &str, headers: &str) -> Self {
        let body = serde_json::json!({
            "type": format!("/docs/errors/{code}"), "title": "Title", "status": status, "detail": detail,
            "instance": "/", "code": code, "message": detail, "timestamp": "2026-02-15T08:00:00.000Z",
            "trace_id": "trace-1",
        });
        let headers = format!("content-type: application/problem+json\r\n{headers}");
        Self::answer(&format!("{status} Status"), &headers, &body.to_string())
    }

    /// What a web server that is no CNOP server says.
    pub fn html(status: &str) -> Self {
        Self::answer(status, "content-type: text/html\r\n", "<html><h1>It works!</h1></html>")
    }

    fn answer(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Answer(format!(
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
        ))
    }
}

impl Request {
    /// Method and path, such as `GET /health`.
    pub fn route(&self) -> &str {
        self.0.split(" HTTP/").next().unwrap_or_default()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (head, _) = self.0.split_once("\r\n\r\n")?;
        let mut fields = head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body.
    pub fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    /// All of it.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Sends it to a real server: the whole answer.
    ///
    /// # Panics
    /// Where nobody answers.
    pub fn send_to(&self, url: &str) -> String {
        String::from_utf8(self.exchange(url)).expect("answers are text")
    }

    /// Passes the answer on as it comes: a stream of events has no end.
    fn relay(&self, url: &str, client: &mut TcpStream) {
        let mut server = self.ask(url);
        // A client that has seen enough may be gone.
        let _ = std::io::copy(&mut server, client).and_then(|_| client.shutdown(Shutdown::Write));
    }

    fn ask(&self, url: &str) -> TcpStream {
        let mut server = TcpStream::connect(url.trim_start_matches("http://")).expect("the real server is there");
        // Else the end of the answer would have to be found in it.
        let request = self.0.replacen("\r\n", "\r\nconnection: close\r\n", 1);
        server.write_all(request.as_bytes()).expect("it takes requests");
        server
    }

    fn exchange(&self, url: &str) -> Vec<u8> {
        let mut answer = Vec::new();
        self.ask(url).read_to_end(&mut answer).expect("it answers");
        answer
    }
}

fn serve(mut stream: TcpStream, upstream: &str, kept: &Mutex<Vec<Request>>, react: &dyn Fn(&Request) -> Reaction) {
    let Some(request) = read_request(&mut stream) else { return };
    kept.lock().expect("no holder panics").push(request.clone());
    let answer = match react(&request) {
        Reaction::Answer(answer) => answer.into_bytes(),
        Reaction::HangUp => Vec::new(),
        Reaction::Hold => return hold(stream),
        Reaction::Endless(begin) => return never_end(stream, &begin),
        Reaction::Forward => return request.relay(upstream, &mut stream),
        Reaction::ForwardAndCut(length) => request.exchange(upstream).into_iter().take(length).collect(),
    };
    // A client that has seen enough may be gone.
    let _ = stream.write_all(&answer).and_then(|()| stream.shutdown(Shutdown::Write));
}

/// Keeps the connection until the client gives it up.
fn hold(mut stream: TcpStream) {
    let _ = stream.read(&mut [0]);
}

/// Goes on until the client gives it up.
fn never_end(mut stream: TcpStream, begin: &str) {
    let mut written = stream.write_all(begin.as_bytes());
    while written.is_ok() {
        written = stream.write_all(&[b' '; 4096]);
    }
}

/// A whole request; `None` where the client gave up.
fn read_request(stream: &mut TcpStream) -> Option<Request> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        let request = Request(String::from_utf8_lossy(&bytes).into_owned());
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if request.0.contains("\r\n\r\n") && request.body().len() >= length {
            return Some(request);
        }
    }
}
