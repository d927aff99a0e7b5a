//! Everything about a job that is fixed before it is sent out.

use codec::Encode;
use millrace_chain::AccountId32;
use millrace_mesh::{
	envelope::{self, Envelope},
	payload::JobPayload,
	SessionKey,
};
use millrace_primitives::{
	job::Candidates,
	views::{ModelView, Parameters},
	Balance, Commitment, DirectTerms, JobId, JobNonce, ModelId, TokenCounts,
};
use sp_runtime::traits::{BlakeTwo256, Hash};

use super::Context;
use crate::{
	answer::Asked,
	bounds,
	candidates::Candidate,
	job::{JobRequest, StartError},
};

/// A job ready to be sent.
pub(super) struct Plan {
	pub(super) job: JobId,
	pub(super) nonce: JobNonce,
	pub(super) terms: DirectTerms<AccountId32>,
	pub(super) max: TokenCounts,
	/// What will be locked.
	pub(super) lock: Balance,
	pub(super) envelope: Envelope,
	/// The candidates, best first, with the key of the session to each.
	pub(super) routes: Vec<Route>,
	pub(super) parameters: Parameters,
	model: ModelId,
	request: Commitment,
	salt: [u8; 32],
}

/// The way to a candidate.
pub(super) struct Route {
	pub(super) candidate: Candidate,
	pub(super) session: SessionKey,
}

impl Plan {
	pub(super) fn new(
		context: &Context,
		model: &ModelView,
		candidates: Vec<Candidate>,
		parameters: &Parameters,
		request: JobRequest,
	) -> Result<Self, StartError> {
		let widest = candidates.iter().map(|candidate| candidate.context).max().unwrap_or(0);
		let tokens = model.context.min(widest);
		let bytes = bounds::prompt_bytes(&request.prompt);
		let max = bounds::locked_for(&request.prompt, request.max_output, tokens)
			.ok_or(StartError::PromptTooLong { bytes, context: tokens })?;
		let nonce = JobNonce { issued_at: parameters.now, salt: random()? };
		let requester = context.account.id();
		let genesis = context.chain.genesis();
		let job = JobId::new(genesis, &requester, &nonce);
		let payload = payload(context, model.id, request, max)?;

		let owners: Vec<_> = candidates.iter().map(|candidate| candidate.owner.clone()).collect();
		let owners: Candidates<AccountId32> =
			owners.try_into().map_err(|_| StartError::BadRequest("too many candidates".into()))?;
		let commitment = payload.commitment();
		let terms = DirectTerms { model: model.id, candidates: owners, max, request: commitment };
		let keys: Vec<_> = candidates.iter().map(|candidate| candidate.envelope).collect();
		let (envelope, sessions) = envelope::seal(genesis, job, &requester, &payload, &keys)
			.map_err(|error| StartError::BadRequest(error.to_string()))?;
		let routes = candidates
			.into_iter()
			.zip(sessions)
			.map(|(candidate, session)| Route { candidate, session })
			.collect();
		Ok(Self {
			job,
			nonce,
			terms,
			max,
			lock: model.price.cost(&max),
			envelope,
			routes,
			parameters: *parameters,
			model: model.id,
			request: commitment,
			salt: payload.salt,
		})
	}

	/// What the worker of `candidate` is asked.
	pub(super) fn asked(&self, candidate: &Candidate) -> Asked {
		Asked {
			job: self.job,
			model: self.model,
			request: self.request,
			max: self.max,
			salt: self.salt,
			worker: candidate.owner.clone(),
		}
	}
}

fn payload(
	context: &Context,
	model: ModelId,
	request: JobRequest,
	max: TokenCounts,
) -> Result<JobPayload, StartError> {
	let session = request
		.conversation
		.map(|name| BlakeTwo256::hash(&(context.conversations, name).encode()).0);
	let payload = JobPayload {
		salt: random()?,
		model,
		prompt: request.prompt,
		sampling: request.sampling,
		max,
		stop: request.stop,
		session,
	};
	payload.check().map_err(|error| StartError::BadRequest(error.to_string()))?;
	Ok(payload)
}

fn random<const N: usize>() -> Result<[u8; N], StartError> {
	let mut bytes = [0; N];
	getrandom::fill(&mut bytes).map_err(|_| StartError::NoRandomness)?;
	Ok(bytes)
}
