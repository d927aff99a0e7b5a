//! A development node as a process: what its operator can ask of it, and what a stranger cannot.

#![expect(
	clippy::unwrap_used,
	clippy::unwrap_in_result,
	clippy::indexing_slicing,
	reason = "a test fails by panicking"
)]

use std::{
	io::{BufRead, BufReader, Read, Write},
	net::TcpStream,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	sync::{mpsc, LazyLock},
	time::{Duration, Instant},
};

use serde_json::{json, Value};
use tempfile::TempDir;

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const PATIENCE: Duration = Duration::from_secs(60);

/// The raw specification of the development chain, in a folder that lasts as long as the tests. A
/// node that is given it need not compile the runtime to make its genesis.
static SPEC: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
	let folder = tempfile::tempdir().unwrap();
	let file = folder.path().join("dev.json");
	let exported = Command::new(env!("CARGO_BIN_EXE_millrace-node"))
		.args(["export-chain-spec", "--chain", "dev", "--raw", "--output"])
		.arg(&file)
		.status();
	assert!(exported.unwrap().success());
	(folder, file)
});

/// A node that is killed when the test ends.
struct Node {
	process: Child,
	rpc: String,
}

impl Node {
	fn start(base_path: &Path, arguments: &[&str]) -> Self {
		let mut process = Command::new(env!("CARGO_BIN_EXE_millrace-node"))
			.args(["--dev", "--rpc-port", "0", "--port", "0", "--no-prometheus", "--base-path"])
			.arg(base_path)
			.arg("--chain")
			.arg(&SPEC.1)
			.args(arguments)
			.stdout(Stdio::null())
			.stderr(Stdio::piped())
			.spawn()
			.unwrap();
		let (announced, rpc) = mpsc::channel();
		let log = BufReader::new(process.stderr.take().unwrap());
		// Reads to the end, as a node that cannot write its log stops.
		std::thread::spawn(move || {
			for line in log.lines().map_while(Result::ok) {
				if let Some((_, address)) = line.split_once("JSON-RPC server: addr=") {
					let _ = announced.send(address.split(',').next().unwrap_or("").to_owned());
				}
			}
		});
		let rpc = rpc.recv_timeout(PATIENCE).expect("the node announces its RPC address");
		Self { process, rpc }
	}

	fn call(&self, method: &str, params: &Value) -> Result<Value, Value> {
		let body =
			json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
		let mut stream = TcpStream::connect(&self.rpc).unwrap();
		stream.set_read_timeout(Some(PATIENCE)).unwrap();
		write!(
			stream,
			"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
			 Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
			body.len()
		)
		.unwrap();
		let mut answer = String::new();
		stream.read_to_string(&mut answer).unwrap();
		let (_, json) = answer.split_once("\r\n\r\n").unwrap();
		let answer: Value = serde_json::from_str(json).unwrap();
		match answer.get("error") {
			Some(error) => Err(error.clone()),
			None => Ok(answer["result"].clone()),
		}
	}

	fn finalized(&self) -> u64 {
		let hash = self.call("chain_getFinalizedHead", &json!([])).unwrap();
		let header = self.call("chain_getHeader", &json!([hash])).unwrap();
		let number = header["number"].as_str().unwrap().trim_start_matches("0x");
		u64::from_str_radix(number, 16).unwrap()
	}

	fn sidecar_url(&self) -> Value {
		let key = hex(b"millrace/sidecar-url");
		self.call("offchain_localStorageGet", &json!(["PERSISTENT", key])).unwrap()
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

fn hex(bytes: &[u8]) -> String {
	let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
	format!("0x{digits}")
}

fn identity(worker: &str) -> Value {
	json!([ALICE, 0, worker, hex(&[1; 32]), hex(&[2; 32])])
}

#[test]
fn blocks_become_final_and_the_operator_is_served() {
	let folder = tempfile::tempdir().unwrap();
	let node = Node::start(folder.path(), &[]);

	let keys = node.call("millrace_workerKeys", &json!([])).unwrap();
	let worker = keys[0].as_str().unwrap();
	assert_eq!(keys.as_array().unwrap().len(), 1);
	let signature = node.call("millrace_signIdentity", &identity(worker)).unwrap();
	assert_eq!(signature.as_str().unwrap().len(), 2 + 2 * 64);
	let refused = node.call("millrace_signIdentity", &identity(&hex(&[3; 32]))).unwrap_err();
	assert_eq!(refused["code"], 9_003);

	assert_eq!(node.call("millrace_job", &json!([hex(&[4; 32])])).unwrap(), Value::Null);
	assert_eq!(node.call("millrace_job", &json!(["0x04"])).unwrap_err()["code"], -32_602);

	let patience = Instant::now();
	while node.finalized() < 3 {
		assert!(patience.elapsed() < PATIENCE, "nothing becomes final");
	}
}

#[test]
fn a_stranger_learns_and_signs_nothing() {
	let folder = tempfile::tempdir().unwrap();
	let node = Node::start(folder.path(), &["--rpc-methods", "safe"]);
	for (method, params) in
		[("millrace_workerKeys", json!([])), ("millrace_signIdentity", identity(&hex(&[3; 32])))]
	{
		let refused = node.call(method, &params).unwrap_err();
		assert!(refused["message"].as_str().unwrap().contains("unsafe"), "{refused}");
	}
	assert_eq!(node.call("millrace_job", &json!([hex(&[4; 32])])).unwrap(), Value::Null);
}

#[test]
fn the_sidecar_of_an_earlier_run_is_forgotten() {
	let folder = tempfile::tempdir().unwrap();
	let node = Node::start(folder.path(), &["--sidecar-url", "http://127.0.0.1:9/"]);
	assert_eq!(node.sidecar_url(), hex(b"http://127.0.0.1:9"));
	drop(node);

	let node = Node::start(folder.path(), &[]);
	assert_eq!(node.sidecar_url(), Value::Null);
}
