#include "record/record_json.h"

#include <algorithm>

#include "record/json_fields.h"

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
}

template <class Visit, class T>
requires std::same_as<std::remove_const_t<T>, RouterStats>
void describe(Visit& visit, T& router) {
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
  visit("measured_ceiling_flop_per_s", device.measured_ceiling_flops);
  visit("ceiling_dtype", device.ceiling_dtype);
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
  visit.where_present("price_valid_from", manifest.price_valid_from);
  visit.where_present("price_valid_to", manifest.price_valid_to);
}

namespace {

using record::FieldReader;
using record::FieldWriter;
using record::Json;

template <class T>
Json to_object(const T& value, const char* kind) {
  FieldWriter visit;
  visit("schema_version", kRecordSchemaVersion);
  visit("kind", std::string(kind));
  describe(visit, value);
  return visit.take();
}

// Text in a record may be any bytes (generated samples): what is not UTF-8 becomes U+FFFD.
std::string dump(const Json& object, int indent) {
  return object.dump(indent, ' ', false, Json::error_handler_t::replace);
}

template <class T>
std::string to_line(const T& value, const char* kind) {
  return dump(to_object(value, kind), -1);
}

// "line:column" in a text of several lines, "column" in a single line (`where` has its number).
std::string place(std::string_view text, size_t byte) {
  const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
  const size_t newline = before.rfind('\n');
  if (newline == std::string_view::npos && text.find('\n') == std::string_view::npos) {
    return fmt::format("{}", byte);
  }
  return fmt::format("{}:{}", 1 + std::count(before.begin(), before.end(), '\n'),
                     newline == std::string_view::npos ? byte : byte - newline - 1);
}

Json parse_json(std::string_view text, const std::string& where) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw DataError(fmt::format("[record] {}:{}: broken JSON", where, place(text, error.byte)));
  } catch (const Json::out_of_range&) {
    throw DataError(fmt::format("[record] {}: a number is too large", where));
  }
}

template <class T>
T parse(std::string_view text, const std::string& where, std::string_view wanted_kind) {
  const Json object = parse_json(text, where);
  FieldReader visit(object, where);
  int version = 0;
  visit("schema_version", version);
  if (version != kRecordSchemaVersion) {
    throw DataError(fmt::format("[record] {}: unknown schema_version {}: this program reads {}",
                                where, version, kRecordSchemaVersion));
  }
  std::string kind;
  visit("kind", kind);
  if (kind != wanted_kind) {
    throw DataError(
        fmt::format("[record] {}: kind is \"{}\", not \"{}\"", where, kind, wanted_kind));
  }
  T value;
  describe(visit, value);
  return value;
}

}  // namespace

std::string to_json_line(const StepRecord& step) { return to_line(step, "step"); }
std::string to_json_line(const EnergySample& sample) { return to_line(sample, "energy"); }
std::string to_json_line(const RunEvent& event) { return to_line(event, "event"); }
std::string to_json_text(const RunManifest& manifest) {
  return dump(to_object(manifest, "manifest"), 2) + "\n";
}

StepRecord parse_step(std::string_view line, const std::string& where) {
  return parse<StepRecord>(line, where, "step");
}
EnergySample parse_energy_sample(std::string_view line, const std::string& where) {
  return parse<EnergySample>(line, where, "energy");
}
RunEvent parse_run_event(std::string_view line, const std::string& where) {
  return parse<RunEvent>(line, where, "event");
}
RunManifest parse_manifest(std::string_view text, const std::string& where) {
  return parse<RunManifest>(text, where, "manifest");
}

}  // namespace assay
