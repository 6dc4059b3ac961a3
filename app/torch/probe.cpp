#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <iostream>

#include "app/cli/build_info.h"
#include "app/command.h"
#include "app/torch_support/memory_allocator.h"
#include "app/torch_support/probe_options.h"
#include "app/torch_support/probe_text.h"
#include "config/toml_reader.h"
#include "config/toml_writer.h"
#include "cost/probe_time.h"
#include "error/error.h"
#include "layer_probe/layer_probe.h"
#include "profile/make_timer.h"
#include "registry/published_layout.h"
#include "specs/family.h"
#include "specs/hf_config.h"
#include "train/device_policy.h"
#include "train/machine.h"
#include "train/memory_fit.h"
#include "train/numerics.h"

namespace assay::app {

namespace {

namespace fs = std::filesystem;

constexpr int64_t kUsualProbeLength = 4096;
constexpr int64_t kCpuWidthDivisor = 16;

template <class Enum>
Enum probe_choice(const char* option, const std::string& text) {
  for (const auto& [name, value] : EnumNames<Enum>::kValues) {
    if (name == text) return value;
  }
  throw ConfigError(fmt::format("[probe] {} has no value \"{}\"", option, text.substr(0, 80)));
}

TomlTable probed_table(const ProbeOptions& options, const Registry& registry) {
  if (!options.hf.empty()) {
    const fs::path path = options.hf;
    return resolve_model_table(
        read_hf_config(fs::is_directory(path) ? path / "config.json" : path));
  }
  const RegisteredModel& model = registry.model(options.model);
  if (model.config_toml.empty()) {
    throw DataError(
        fmt::format("[probe] the shape of {} is not published: there is nothing to "
                    "build",
                    model.id));
  }
  return read_toml(
      model.config_toml,
      {.kind = DocumentKind::kData, .module = "probe", .name = "the registry's " + model.id});
}

ProbeLayout layout_of(const PublishedLayout& published) {
  const auto number = [](const SourcedMeasure& figure) {
    return static_cast<int64_t>(figure.measure.value);
  };
  ProbeLayout layout{.tensor = number(published.tensor),
                     .pipeline = number(published.pipeline),
                     .data = number(published.data),
                     .expert = number(published.expert)};
  if (published.batch) layout.batch_tokens = published.batch->measure.value;
  if (published.network) layout.network_bytes_per_s = published.network->measure.value;
  if (published.nodes_per_token) layout.nodes_per_token = number(*published.nodes_per_token);
  layout.source = fmt::format("registry: layouts/{}, pp {} ({}), ep {} ({})", published.id,
                              published.pipeline.source.mark, published.pipeline.source.key,
                              published.expert.source.mark, published.expert.source.key);
  return layout;
}

/// Layout and length: asked for, else published, else one device and the usual length.
void choose_layout(const ProbeOptions& options, const Registry& registry, int64_t longest,
                   ProbeRequest& request) {
  const PublishedLayout* published = nullptr;
  const std::vector<PublishedLayout> layouts = load_layouts(registry);
  for (const PublishedLayout& layout : layouts) {
    if (published == nullptr && layout.model == options.model) published = &layout;
  }
  if (options.layout) {
    request.layout = *options.layout;
  } else if (published != nullptr) {
    request.layout = layout_of(*published);
  } else {
    request.layout.source = "one device: no layout is published in the registry";
  }
  if (options.batch_tokens > 0) request.layout.batch_tokens = options.batch_tokens;
  if (options.network_bytes_per_s > 0) {
    request.layout.network_bytes_per_s = options.network_bytes_per_s;
  }
  request.seq_len = options.seq_len;
  if (request.seq_len == 0 && published != nullptr) {
    request.seq_len = static_cast<int64_t>(published->seq_len.measure.value);
  }
  if (request.seq_len == 0) request.seq_len = std::min(kUsualProbeLength, longest);
}

ProbeRequest request_of(const ProbeOptions& options, const Registry& registry, bool on_cpu) {
  ProbeRequest request{.model = options.model.empty() ? options.hf : options.model,
                       .table = probed_table(options, registry),
                       .micro_batch = options.micro_batch,
                       .width_divisor = options.width_divisor,
                       .warmup = options.warmup,
                       .repeats = options.repeats,
                       .balanced = options.balanced};
  const ModelSpec spec = spec_from_table(request.table, request.model);
  choose_layout(options, registry, spec.max_seq_len, request);
  if (request.width_divisor == 0) request.width_divisor = on_cpu ? kCpuWidthDivisor : 1;
  request.precision = on_cpu ? Precision::kFp32 : Precision::kBf16;
  if (!options.dtype.empty()) request.precision = probe_choice<Precision>("--dtype", options.dtype);
  if (request.precision == Precision::kFp8) {
    throw ConfigError("[probe] layers are timed in bf16 or fp32: --dtype fp8");
  }
  return request;
}

void add_machine(at::Device device, const GpuProbe& gpus, const Registry& registry,
                 ProbeRecord& record) {
  const DeviceInfo info =
      describe_device(device, probe_choice<Precision>("dtype", record.precision), gpus);
  record.device_kind = info.kind;
  record.device_name = info.name;
  record.driver = info.driver;
  if (const Device* known = registry.find_device_by_driver_name(info.name)) {
    record.device = known->id;
  }
  const BuildInfo build = build_info();
  record.code_version = build.version + (build.commit.empty() ? "" : " " + build.commit);
  record.created_utc = rfc3339(
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count());
}

void add_lines(const ProbeRequest& request, const Registry& registry, ProbeRecord& record) {
  const auto found = registry.devices().find(record.device);
  const Device* timed = found == registry.devices().end() ? nullptr : &found->second;
  const ModelSpec spec =
      spec_from_table(with_divided_width(request.table, request.width_divisor), request.model);
  const ProbeTime time = probe_time(record, spec, timed);
  record.lines = time.lines;
  record.missing = time.missing;
  record.device_seconds_per_token = time.whole;
}

/// Memory that this process could still take.
Bytes free_memory(at::Device device) {
  const DeviceMemory memory = device_memory(device);
  return memory.limit - memory.used;
}

int run_probe(const std::vector<std::string>& args) {
  const std::optional<ProbeOptions> options = parse_probe_options(args);
  if (!options) return 0;
  keep_freed_memory();
  apply_numerics(options->threads);
  const Registry registry = Registry::load(find_registry(options->registry));
  const GpuProbe gpus = probe_gpus();
  const at::Device device =
      choose_device(probe_choice<DeviceChoice>("--device", options->device), gpus, 0);
  const ProbeRequest request = request_of(*options, registry, device.is_cpu());
  const Bytes available = free_memory(device);
  const ProbePlan plan = plan_probe(request, available);
  if (options->dry_run) {
    std::cout << (options->json ? probe_plan_json(request, plan, available)
                                : probe_plan_text(request, plan, available));
    return 0;
  }
  (options->json ? std::cerr : std::cout)
      << probe_plan_text(request, plan, available) << std::flush;
  ProbeRecord record = run_layer_probe(request, plan, device, *make_timer(device));
  add_machine(device, gpus, registry, record);
  add_lines(request, registry, record);
  if (!options->out.empty()) write_probe_record(options->out, record);
  std::cout << (options->json ? to_json_text(record) : probe_text(record));
  return 0;
}

}  // namespace

Command probe_command() {
  return {.name = "probe",
          .summary = "time the layers of a published model on this device",
          .run = run_probe};
}

}  // namespace assay::app
