//! One measurement: so many connections, each sending the next request when the last is answered.

use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::task::LocalSet;

use crate::connection::Connection;
use crate::workload::Workload;

/// The share of a measurement that comes before it: caches and connections warm up.
const WARM_UP: f64 = 0.1;

/// What was measured.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Figures {
    /// Answers a second.
    pub(crate) per_second: f64,
    /// The latency that half of them stay below, in milliseconds.
    pub(crate) p50_ms: f64,
    /// The latency that 99 of 100 stay below, in milliseconds.
    pub(crate) p99_ms: f64,
}

/// What to send, and from whom.
pub(crate) struct Load<'a> {
    /// Host and port.
    pub(crate) address: &'a str,
    /// The requests' kind.
    pub(crate) workload: Workload,
    /// Tokens of the users that send them, one after the other.
    pub(crate) tokens: &'a [String],
    /// Keep-alive connections.
    pub(crate) connections: usize,
    /// How long.
    pub(crate) seconds: f64,
}

/// Measures; the first wrong answer ends it.
pub(crate) async fn measure(load: &Load<'_>) -> anyhow::Result<Figures> {
    let requests: Rc<Vec<Vec<u8>>> =
        Rc::new(load.tokens.iter().map(|token| load.workload.request(load.address, token)).collect());
    let began = Instant::now() + Duration::from_secs_f64(load.seconds * WARM_UP);
    let ends = began + Duration::from_secs_f64(load.seconds);
    let local = LocalSet::new();
    let mut tasks = Vec::with_capacity(load.connections);
    for first in 0..load.connections {
        let mut connection = Connection::open(load.address).await?;
        let (requests, workload, step) = (Rc::clone(&requests), load.workload, load.connections);
        tasks.push(local.spawn_local(async move {
            let mut latencies = Vec::with_capacity(64 * 1024);
            let mut turn = first;
            loop {
                let sent = Instant::now();
                if sent >= ends {
                    return anyhow::Ok(latencies);
                }
                workload.check(&connection.exchange(&requests[turn % requests.len()]).await?)?;
                if sent >= began {
                    latencies.push(sent.elapsed().as_nanos() as u64);
                }
                turn += step;
            }
        }));
    }
    local
        .run_until(async {
            let mut latencies = Vec::new();
            for task in tasks {
                latencies.extend(task.await??);
            }
            Ok(figures(latencies, load.seconds))
        })
        .await
}

fn figures(mut nanos: Vec<u64>, seconds: f64) -> Figures {
    nanos.sort_unstable();
    let at = |share| at_share(&nanos, share) as f64 / 1e6;
    Figures { per_second: nanos.len() as f64 / seconds, p50_ms: at(0.5), p99_ms: at(0.99) }
}

/// What that share of sorted values stays below; 0 where there are none.
pub(crate) fn at_share<T: Copy + Default>(sorted: &[T], share: f64) -> T {
    sorted.get((sorted.len() as f64 * share) as usize).copied().unwrap_or_default()
}

/// For the tables.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The median of several measurements, figure by figure.
pub(crate) fn median(figures: &[Figures]) -> Figures {
    let middle = |figure: fn(&Figures) -> f64| median_of(figures.iter().map(figure).collect());
    Figures { per_second: middle(|f| f.per_second), p50_ms: middle(|f| f.p50_ms), p99_ms: middle(|f| f.p99_ms) }
}

/// The middle one.
pub(crate) fn median_of(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
