//! `cnop-server healthcheck`: for containers, which have no other program to ask with.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use reqwest::Url;

use super::{announce, block_on};

/// A healthy server answers in a millisecond.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(super) struct Healthcheck {
    /// Address of the server; the default is that of `serve`
    #[arg(long, env = "CNOP_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Ask only whether it answers: where a container that is unhealthy is started anew, old prices are no reason to
    #[arg(long)]
    live: bool,
}

impl Healthcheck {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let url = self.url()?;
        let http = reqwest::Client::builder().tls_certs_only([]).no_proxy().timeout(PATIENCE).build()?;
        let (healthy, body) = block_on(async {
            let answer = http.get(url.clone()).send().await.with_context(|| format!("asking {url}"))?;
            Ok((answer.status().is_success(), answer.text().await.context("reading the answer")?))
        })?;
        announce(&body);
        Ok(if healthy || self.live { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// Who listens everywhere is asked on this machine.
    fn url(&self) -> anyhow::Result<Url> {
        let mut address = self.listen;
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{address}/health").parse().context("the address")
    }
}
