#pragma once

#include "record/json_fields.h"
#include "record/run_manifest.h"
#include "record/step_record.h"

namespace assay {

// The field lists: key, unit in the key, in the order in which they are written.

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, LayerTime>
void describe(Visit& visit, T& layer) {
  visit("kind", layer.kind);
  visit("forward_s", layer.forward);
  visit("backward_s", layer.backward);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, EnergyProbe>
void describe(Visit& visit, T& probe) {
  visit("source", probe.source);
  visit("device_uuid", probe.device_uuid);
  visit("call_s", probe.call);
  visit("tick_s", probe.tick);
  visit("idle_w", probe.idle);
  visit("observed_s", probe.observed);
  visit.where_present("limit_w", probe.limit);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, RouterStats>
void describe(Visit& visit, T& router) {
  visit.where_present("layer", router.layer);
  visit("load_entropy_nats", router.load_entropy_nats);
  visit("score_entropy_nats", router.score_entropy_nats);
  visit("max_violation", router.max_violation);
  visit("mean_violation", router.mean_violation);
  visit("dropped", router.dropped);
  visit("bias", router.bias);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, StepRecord>
void describe(Visit& visit, T& step) {
  visit("stage", step.stage);
  visit("step", step.step);
  visit("attempt", step.attempt);
  visit("time_unix_s", step.time_unix_s);
  visit("tokens", step.tokens);
  visit("loss_nats", step.loss);
  visit("aux_loss", step.aux_loss);
  visit("grad_norm", step.grad_norm);
  visit("learning_rate", step.learning_rate);
  visit("skipped", step.skipped);
  visit("warmup", step.warmup);
  visit("wall_s", step.profile.wall);
  visit("phases_s", step.profile.phases);
  visit("overlapped_comm_s", step.profile.overlapped_comm);
  visit.where_present("unphased_s", step.profile.unphased);
  visit("clock", step.profile.clock);
  visit.where_present("layers", step.profile.layers);
  visit.where_present("profiler_host_s", step.profile.profiler_host);
  visit("tokens_per_expert", step.tokens_per_expert);
  visit.added("router", step.router);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, EnergySample>
void describe(Visit& visit, T& sample) {
  visit("time_unix_s", sample.time_unix_s);
  visit("attempt", sample.attempt);
  visit("node", sample.node);
  visit("source", sample.source);
  visit("device_uuid", sample.device_uuid);
  visit("energy_j", sample.energy);
  visit("power_w", sample.power);
  visit("provenance", sample.provenance);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, PartPower>
void describe(Visit& visit, T& power) {
  visit("part", power.part);
  visit("power_w", power.power);
  visit("low_w", power.low);
  visit("high_w", power.high);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, PhasePowerFit>
void describe(Visit& visit, T& fit) {
  visit("source", fit.source);
  visit("device_uuid", fit.device_uuid);
  visit("method", fit.method);
  visit("reason", fit.reason);
  visit("num_intervals", fit.num_intervals);
  visit("powers", fit.powers);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, RunEvent>
void describe(Visit& visit, T& event) {
  visit("time_unix_s", event.time_unix_s);
  visit("attempt", event.attempt);
  visit("rank", event.rank);
  visit("event", event.kind);
  visit("step", event.step);
  visit("duration_s", event.duration);
  visit("value", event.value);
  visit("message", event.message);
  visit.where_present("phase_power", event.phase_power);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, InferenceRecord>
void describe(Visit& visit, T& batch) {
  visit("time_unix_s", batch.time_unix_s);
  visit("attempt", batch.attempt);
  visit("num_prompts", batch.num_prompts);
  visit("num_sequences", batch.num_sequences);
  visit("prompt_tokens", batch.prompt_tokens);
  visit("generated_tokens", batch.generated_tokens);
  visit("decode_tokens", batch.decode_tokens);
  visit("prefill_s", batch.prefill);
  visit("decode_s", batch.decode);
  visit("first_token_s", batch.first_token);
  visit("kv_cache_bytes", batch.kv_cache);
  visit("kv_per_sequence_bytes", batch.kv_per_sequence);
  visit("energy_j", batch.energy);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, FileDigest>
void describe(Visit& visit, T& file) {
  visit("path", file.path);
  visit("size_bytes", file.size);
  visit("sha256", file.sha256);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, DeviceInfo>
void describe(Visit& visit, T& device) {
  visit("kind", device.kind);
  visit("name", device.name);
  visit("uuid", device.uuid);
  visit("registry_id", device.registry_id);
  visit("driver", device.driver);
  visit.where_present("measured_ceiling_flop_per_s", device.measured_ceiling_flops);
  visit.where_present("ceiling_dtype", device.ceiling_dtype);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, StageInfo>
void describe(Visit& visit, T& stage) {
  visit("name", stage.name);
  visit("num_steps", stage.num_steps);
  visit("seq_len", stage.seq_len);
  visit("tokens_per_step", stage.tokens_per_step);
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, RunManifest>
void describe(Visit& visit, T& manifest) {
  visit("run_id", manifest.run_id);
  visit("started_utc", manifest.started_utc);
  visit("started_unix_s", manifest.started_unix_s);
  visit("resumed_at_step", manifest.resumed_at_step);
  visit("parent_checkpoint", manifest.parent_checkpoint);
  visit("command", manifest.command);
  visit("team", manifest.team);
  visit("project", manifest.project);
  visit("cost_centre", manifest.cost_centre);
  visit("model_id", manifest.model_id);
  visit("model_family", manifest.model_family);
  visit("model_toml", manifest.model_toml);
  visit.added("routing", manifest.routing);
  visit.added("expert_capacity_factor", manifest.expert_capacity_factor);
  visit("num_parameters", manifest.num_parameters);
  visit("precision", manifest.precision);
  visit.where_present("fp8_layers", manifest.fp8_layers);
  visit.where_present("bf16_layers", manifest.bf16_layers);
  visit.added("recompute", manifest.recompute);
  visit.where_present("predicted_peak_bytes", manifest.predicted_peak);
  visit("stages", manifest.stages);
  visit("config_toml", manifest.config_toml);
  visit("config_sha256", manifest.config_sha256);
  visit("seed", manifest.seed);
  visit("rng_scheme", manifest.rng_scheme);
  visit("data", manifest.data);
  visit("tokenizer", manifest.tokenizer);
  visit("corpus_unigram_entropy_bits_per_token", manifest.corpus_unigram_entropy_bits);
  visit("bytes_per_token", manifest.bytes_per_token);
  visit("code_version", manifest.code_version);
  visit("compiler", manifest.compiler);
  visit("build_type", manifest.build_type);
  visit("binary", manifest.binary);
  visit("libraries", manifest.libraries);
  visit("libtorch_version", manifest.libtorch_version);
  visit("hostname", manifest.hostname);
  visit("devices", manifest.devices);
  visit("world_size", manifest.world_size);
  visit("num_threads", manifest.num_threads);
  visit("numerics", manifest.numerics);
  visit("environment", manifest.environment);
  visit("energy_sources", manifest.energy_sources);
  visit.where_present("energy_probes", manifest.energy_probes);
  visit("energy_unavailable", manifest.energy_unavailable);
  visit("price", manifest.price_text);
  visit("price_source", manifest.price_source);
  visit.where_present("price_sheet", manifest.price_sheet);
  visit.where_present("price_valid_from", manifest.price_valid_from);
  visit.where_present("price_valid_to", manifest.price_valid_to);
}

}  // namespace assay
