//! llama.cpp: loading, and the [`Model`] the scheduler works with.
//!
//! llama.cpp checks its callers by assertions, and a failed one aborts the process. So everything
//! that is passed down is checked here or bounded by construction: rows against the batch size,
//! lanes against the number of sequences, positions against the context.

use std::{
	ffi::{c_char, c_void, CStr, CString},
	mem,
	num::NonZeroU32,
	ptr,
};

use anyhow::{bail, ensure, Context as _};
use llama_cpp_2::{
	context::{
		params::{KvCacheType, LlamaContextParams},
		LlamaContext,
	},
	llama_backend::LlamaBackend,
	llama_batch::LlamaBatch,
	model::LlamaModel,
	token::LlamaToken,
	vocab::LlamaVocab,
};
use llama_cpp_sys_2 as sys;
use millrace_engine::{class, protocol::Loaded, EngineConfig, Profile};

use super::scheduler::{Limits, Model, Row};

/// With the canonical profile, attention over at least this many cells is split among the threads
/// when a row is computed alone, which adds in another order. Cells are allotted by 256, so it
/// happens from the position 256 on.
const SPLIT_FROM: usize = 256;

/// The loaded model, for the rest of the process's life.
pub(crate) struct Weights {
	backend: LlamaBackend,
	model: LlamaModel,
}

impl Weights {
	/// Load a model. `progress` is told thousandths.
	pub(crate) fn load(config: &EngineConfig, progress: impl FnMut(u16)) -> anyhow::Result<Self> {
		log_to_stderr();
		let backend = LlamaBackend::init()?;
		let model = load(config, progress)?;
		let trained = model.n_ctx_train();
		ensure!(
			config.context <= trained,
			"the model was trained on {trained} tokens, and a context of {} is asked for",
			config.context
		);
		Ok(Self { backend, model })
	}

	pub(crate) fn vocabulary(&self) -> LlamaVocab<'_> {
		self.model.vocab()
	}

	/// The chat template, if the model has one.
	pub(crate) fn template(&self) -> Option<String> {
		self.model.chat_template(None).ok()?.to_string().ok()
	}

	/// A token as the vocabulary spells it; empty if there is no such token.
	pub(crate) fn spelling(&self, token: LlamaToken) -> String {
		if token.0 < 0 {
			return String::new();
		}
		let vocabulary = self.vocabulary();
		vocabulary.text(token).map(CStr::to_string_lossy).unwrap_or_default().into_owned()
	}

	/// What to tell the supervisor.
	pub(crate) fn describe(&self, config: &EngineConfig) -> Loaded {
		let value = |key: &str| self.model.meta_val_str(key).ok().filter(|text| !text.is_empty());
		let stem = config.model.file_stem().unwrap_or_default().to_string_lossy().into_owned();
		Loaded {
			name: value("general.name").unwrap_or(stem),
			architecture: value("general.architecture").unwrap_or_default(),
			context: config.context,
			vocabulary: u32::try_from(self.model.n_vocab()).unwrap_or(0),
			has_template: self.template().is_some(),
			class: class::class(
				config.profile,
				&system_info(),
				config.gpu_layers,
				&devices(config.gpu_layers),
			),
		}
	}
}

/// What instruction sets and kernels are compiled in.
fn system_info() -> String {
	// SAFETY: the function returns a pointer to a static, terminated string.
	let info = unsafe { CStr::from_ptr(sys::llama_print_system_info()) };
	info.to_string_lossy().into_owned()
}

/// The names of the GPUs in use.
fn devices(gpu_layers: u32) -> Vec<String> {
	if gpu_layers == 0 {
		return Vec::new();
	}
	llama_cpp_2::list_llama_ggml_backend_devices()
		.into_iter()
		.map(|device| format!("{} {}", device.backend, device.description))
		.filter(|name| !name.starts_with("CPU"))
		.collect()
}

/// Send llama.cpp's log to standard error, where the supervisor reads it. It never names prompts.
fn log_to_stderr() {
	#[expect(clippy::print_stderr, reason = "standard error is the child's log")]
	unsafe extern "C" fn log(level: sys::ggml_log_level, text: *const c_char, _: *mut c_void) {
		if level != sys::GGML_LOG_LEVEL_DEBUG && !text.is_null() {
			// SAFETY: llama.cpp passes a terminated string.
			eprint!("{}", unsafe { CStr::from_ptr(text) }.to_string_lossy());
		}
	}
	// SAFETY: the callback is valid for the life of the process and needs no data.
	unsafe { sys::llama_log_set(Some(log), ptr::null_mut()) };
}

/// `LlamaModel::load_from_file` with the two settings that it does not offer: no repacked weights,
/// and no GPU at all where none is asked for.
fn load(config: &EngineConfig, progress: impl FnMut(u16)) -> anyhow::Result<LlamaModel> {
	unsafe extern "C" fn report<F: FnMut(u16)>(progress: f32, callback: *mut c_void) -> bool {
		// SAFETY: `callback` is the `F` below, which outlives the load, on the same thread.
		let callback = unsafe { &mut *callback.cast::<F>() };
		callback(thousandths(progress));
		true
	}
	fn of<F: FnMut(u16)>(_: &F) -> sys::llama_progress_callback {
		Some(report::<F>)
	}
	let path = config.model.to_str().context("the model's path is not UTF-8")?;
	let path = CString::new(path)?;
	let mut progress = progress;
	let mut no_devices = [ptr::null_mut()];
	// SAFETY: plain data.
	let mut params = unsafe { sys::llama_model_default_params() };
	params.n_gpu_layers = i32::try_from(config.gpu_layers).unwrap_or(i32::MAX);
	params.use_extra_bufts = config.profile == Profile::Default;
	params.progress_callback = of(&progress);
	params.progress_callback_user_data = ptr::from_mut(&mut progress).cast();
	if config.gpu_layers == 0 {
		params.devices = no_devices.as_mut_ptr();
	}
	// SAFETY: the path is a terminated string; all pointers in `params` outlive the call.
	let model = unsafe { sys::llama_model_load_from_file(path.as_ptr(), params) };
	if model.is_null() {
		bail!("llama.cpp cannot read the model");
	}
	// SAFETY: `LlamaModel` is a transparent, owning, non-null pointer to exactly this.
	Ok(unsafe { mem::transmute::<*mut sys::llama_model, LlamaModel>(model) })
}

#[expect(
	clippy::float_arithmetic,
	clippy::cast_sign_loss,
	clippy::cast_possible_truncation,
	reason = "a share for display, clamped"
)]
fn thousandths(share: f32) -> u16 {
	(share.clamp(0.0, 1.0) * 1_000.0) as u16
}

/// A context of the model, with its batch.
pub(crate) struct Llama<'a> {
	weights: &'a Weights,
	context: LlamaContext<'a>,
	batch: LlamaBatch<'static>,
	limits: Limits,
}

impl<'a> Llama<'a> {
	/// Reserve memory for all lanes and compute once, so that the first request finds all in place.
	pub(crate) fn new(weights: &'a Weights, config: &EngineConfig) -> anyhow::Result<Self> {
		let limits = limits(config);
		let lanes = u32::try_from(limits.lanes)?;
		let rows = config.profile.rows_max();
		let threads = i32::try_from(config.threads)?;
		let cells = config.context.checked_mul(lanes).context("the context is too large")?;
		let on_gpu = config.gpu_layers > 0;
		let params = LlamaContextParams::default()
			.with_n_ctx(NonZeroU32::new(cells))
			.with_n_batch(rows)
			.with_n_ubatch(rows)
			.with_n_seq_max(lanes)
			.with_n_threads(threads)
			.with_n_threads_batch(threads)
			.with_flash_attention_policy(sys::LLAMA_FLASH_ATTN_TYPE_AUTO)
			.with_type_k(KvCacheType::F16)
			.with_type_v(KvCacheType::F16)
			.with_offload_kqv(on_gpu)
			.with_op_offload(on_gpu)
			.with_swa_full(true)
			.with_kv_unified(false)
			.with_no_perf(true);
		let context = weights
			.model
			.new_context(&weights.backend, params)
			.context("not enough memory for this many slots of this context")?;
		ensure!(context.n_batch() >= rows, "llama.cpp computes fewer rows than asked for");
		let batch = LlamaBatch::new(limits.rows, 1);
		let mut llama = Self { weights, context, batch, limits };
		llama.warm_up()?;
		Ok(llama)
	}

	pub(crate) const fn limits(&self) -> Limits {
		self.limits
	}

	fn warm_up(&mut self) -> anyhow::Result<()> {
		let token = self.weights.vocabulary().bos().0.max(0);
		self.compute(&[Row { lane: 0, position: 0, token, wants_logits: true }])?;
		ensure!(!self.logits(0)?.is_empty(), "the model has no vocabulary");
		self.forget(0, 0);
		Ok(())
	}
}

/// Memory cells come in steps of 256 a lane, so a context may have a few more than asked for; the
/// scheduler keeps to what was asked for.
fn limits(config: &EngineConfig) -> Limits {
	let size = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
	let is_split = config.profile == Profile::Canonical && config.threads > 1;
	let slots = size(config.slots);
	Limits {
		slots,
		lanes: if is_split { slots.max(2) } else { slots },
		context: size(config.context),
		rows: size(config.profile.rows_max()),
		company_from: is_split.then_some(SPLIT_FROM),
	}
}

impl Model for Llama<'_> {
	type Error = anyhow::Error;

	fn compute(&mut self, rows: &[Row]) -> anyhow::Result<()> {
		ensure!(!rows.is_empty() && rows.len() <= self.limits.rows, "{} rows", rows.len());
		self.batch.clear();
		let vocabulary = self.weights.model.n_vocab();
		for row in rows {
			ensure!(
				row.lane < self.limits.lanes
					&& row.position < self.limits.context
					&& (0..vocabulary).contains(&row.token),
				"a row out of bounds"
			);
			let (lane, position) = (i32::try_from(row.lane)?, i32::try_from(row.position)?);
			self.batch.add(LlamaToken(row.token), position, &[lane], row.wants_logits)?;
		}
		self.context.decode(&mut self.batch).context("llama.cpp failed to compute")
	}

	fn logits(&self, index: usize) -> anyhow::Result<&[f32]> {
		Ok(self.context.get_logits_ith(i32::try_from(index)?))
	}

	fn forget(&mut self, lane: usize, position: usize) -> bool {
		let (Ok(lane), Ok(position)) = (u32::try_from(lane), u32::try_from(position)) else {
			return false;
		};
		if position == 0 {
			return self.context.clear_kv_cache_seq(Some(lane), None, None).unwrap_or(false);
		}
		let first = i32::try_from(lane).map_or(-1, |lane| self.context.kv_cache_seq_pos_min(lane));
		first == 0
			&& self.context.clear_kv_cache_seq(Some(lane), Some(position), None).unwrap_or(false)
	}

	fn bytes(&self, token: u32) -> Vec<u8> {
		i32::try_from(token).map_or_else(
			|_| Vec::new(),
			|token| self.weights.vocabulary().token_to_piece(LlamaToken(token), false, None),
		)
	}

	fn is_end(&self, token: u32) -> bool {
		i32::try_from(token).is_ok_and(|token| self.weights.vocabulary().is_eog(LlamaToken(token)))
	}
}
