#include "realistic_run.h"

#include <array>
#include <cmath>
#include <random>

#include "config/toml_reader.h"
#include "record/run_writer.h"
#include "specs/family.h"

namespace assay::test {
namespace {

constexpr const char* kModel = R"(family = "olmoe"
vocab_size = 256
num_layers = 4
d_model = 128
num_heads = 4
num_kv_heads = 4
d_expert = 256
num_experts = 8
top_k = 2
max_seq_len = 128
)";

RunManifest manifest_of(const RunOptions& options, double start, int64_t resumed_at) {
  RunManifest manifest;
  manifest.run_id = options.run_id;
  manifest.started_utc = "2026-01-02T03:04:05Z";
  manifest.started_unix_s = start;
  manifest.resumed_at_step = resumed_at;
  manifest.command = {"assay", "train", "--config", "configs/runs/quickstart.toml"};
  manifest.config_toml = "[model]\nfamily = \"olmoe\"\n\n[train]\nsteps = 400\nlr = 3e-3\n";
  manifest.config_sha256 = std::string(64, 'c');
  manifest.stages = {{.name = "pretrain",
                      .num_steps = options.num_steps,
                      .seq_len = 128,
                      .tokens_per_step = 4096}};
  manifest.model_id = "quickstart-olmoe";
  manifest.model_family = "olmoe";
  manifest.model_toml = kModel;
  manifest.num_parameters = 2146432;
  manifest.precision = "fp32";
  manifest.data = {{"train.bin", 37748736, std::string(64, 'a')},
                   {"validation.bin", 1986560, std::string(64, 'b')}};
  manifest.corpus_unigram_entropy_bits = 4.71;
  manifest.bytes_per_token = 1;
  manifest.tokenizer = "bytes";
  manifest.code_version = "v0.1.0-12-gabcdef0";
  manifest.compiler = "GNU 12.2.0";
  manifest.build_type = "RelWithDebInfo";
  manifest.binary = {"assay", 12345678, std::string(64, 'd')};
  manifest.libtorch_version = "2.11.0";
  manifest.devices = {{.kind = "cpu",
                       .name = "Example Processor 7B13",
                       .measured_ceiling_flops = 1.9e11,
                       .ceiling_dtype = "fp32"}};
  manifest.num_threads = 2;
  manifest.seed = 1;
  manifest.rng_scheme = "philox4x32-10(seed, step, sample)";
  manifest.team = "research";
  manifest.hostname = "example";
  if (options.price) {
    manifest.price_text = "0.10 USD/gpu_h";
    manifest.price_source = "configs/runs/quickstart.toml";
  }
  if (!options.energy) {
    manifest.energy_unavailable = {"rapl: no package zone in /sys/class/powercap"};
  }
  return manifest;
}

// Writes the steps of one process and what happens between them.
class Process {
 public:
  Process(RunWriter& writer, const RunOptions& options, double now, unsigned seed)
      : writer_(writer), options_(options), now_(now), random_(seed) {}

  void startup(double seconds) { event("startup", 0, seconds); }

  void step(int64_t number) {
    const double noise = std::normal_distribution<double>(0, 1)(random_);
    StepRecord step;
    step.stage = "pretrain";
    step.step = number;
    step.tokens = Tokens(4096);
    step.loss = 1.62 + 3.9 * std::exp(-double(number) / 45.0) + 0.03 * noise;
    step.aux_loss = 0.011;
    step.grad_norm = 0.8;
    step.learning_rate = 3e-3;
    step.warmup = number == 1;
    const double wall = (number == 1 ? 1.9 : 0.31 + 0.01 * std::abs(noise)) / options_.speed;
    step.profile.wall = Seconds(wall);
    constexpr std::array kShares{0.01, 0.31, 0.56, 0.0, 0.09, 0.03};
    for (size_t i = 0; i < kShares.size(); ++i) step.profile.phases[i] = Seconds(kShares[i] * wall);
    for (int64_t layer = 0; layer < 4; ++layer) {
      step.tokens_per_expert.push_back({1024, 1000 + 40 * layer, 1048 - 40 * layer, 1024, 900, 1148,
                                        1024 + 13 * layer, 1024 - 13 * layer});
    }
    step.time_unix_s = now_ += wall;
    writer_.consume(step);
    sample_energy();
    if (number % options_.eval_every == 0) validate(number);
    if (number % options_.checkpoint_every == 0) event("checkpoint", number, 0.4);
  }

  void stop(int64_t last) {
    RunEvent text{.time_unix_s = now_, .kind = "sample", .step = last};
    text.message = "The quick <brown> fox & the \"lazy\" dog.\nA word is a sound, or a sign.";
    writer_.consume(text);
    now_ += 0.7;
    writer_.consume(
        RunEvent{.time_unix_s = now_, .kind = "stop", .step = last, .message = "finished"});
  }

  [[nodiscard]] double now() const { return now_; }

 private:
  void event(const char* kind, int64_t step, double seconds) {
    now_ += seconds;
    writer_.consume(
        RunEvent{.time_unix_s = now_, .kind = kind, .step = step, .duration = Seconds(seconds)});
  }

  void validate(int64_t step) {
    now_ += 1.2;
    RunEvent event{.time_unix_s = now_, .kind = "eval", .step = step, .duration = Seconds(1.2)};
    event.value = 1.66 + 3.8 * std::exp(-double(step) / 45.0);
    writer_.consume(event);
  }

  void sample_energy() {
    if (!options_.energy) return;
    writer_.consume(EnergySample{.time_unix_s = now_,
                                 .source = "rapl",
                                 .device_uuid = "package-0",
                                 .energy = Joules(40.0 * (now_ - 1e9)),
                                 .power = Watts(40)});
  }

  RunWriter& writer_;
  const RunOptions& options_;
  double now_;
  std::mt19937 random_;
};

}  // namespace

void write_realistic_run(const std::filesystem::path& dir, const RunOptions& options) {
  constexpr double kStart = 1e9 + 1000;
  double now = kStart;
  int64_t next = 1;
  if (options.killed_once) {
    const auto writer = RunWriter::create(dir, manifest_of(options, now, 0));
    Process process(*writer, options, now, 1);
    process.startup(3.5);
    for (; next <= options.kill_after; ++next) process.step(next);
    now = process.now() + 42;
    next = options.resume_from + 1;
  }
  const RunManifest manifest = manifest_of(options, now, next - 1);
  const auto writer =
      options.killed_once ? RunWriter::resume(dir, manifest) : RunWriter::create(dir, manifest);
  Process process(*writer, options, now, 2);
  process.startup(2.5);
  for (; next <= options.num_steps; ++next) process.step(next);
  process.stop(options.num_steps);
  writer->check();
}

RunReport realistic_report(const std::filesystem::path& dir) {
  RunRecord record = read_run(dir);
  const Document document{
      .kind = DocumentKind::kData, .module = "test", .name = "model of " + dir.string()};
  const ModelSpec spec =
      spec_from_table(read_toml(record.manifest().model_toml, document), "quickstart-olmoe");
  RunPrices prices;
  prices.rent = rent_of(record.manifest());
  return make_run_report(std::move(record), prices, spec, {}, nullptr);
}

Verdict realistic_verdict() {
  const CheckInput hours{.name = "hours of pre-training",
                         .text = "2.664e6 gpu_h",
                         .source = "deepseek-v3-report: table 1",
                         .mark = "seen",
                         .url = "https://arxiv.org/abs/2412.19437"};
  const CheckInput rate{.name = "price of a device-hour",
                        .text = "2.0 USD/gpu_h",
                        .source = "deepseek-v3-report: table 1",
                        .mark = "recalled",
                        .url = "javascript:alert(1)"};
  Verdict verdict;
  verdict.claim_id = "test-claim";
  verdict.title = "A run for $5.576M";
  verdict.statement = "Pre-training took 2.664M device-hours at 2 USD each.";
  verdict.label = Label::kReproduced;
  verdict.sentence = "Hours times rate gives the printed total.";
  verdict.quantity = "money";
  verdict.claimed_text = "5.576e6 USD";
  verdict.claimed = CheckNumber{5.576e6, std::nullopt, "USD"};
  verdict.recomputed = CheckNumber{5.576e6, Bounds<double>{5.575e6, 5.577e6}, "USD"};
  verdict.implied_mfu = ImpliedMfu{0.3514, 0.3906, 0.4385, 989.4e12, "h800-sxm dense bf16"};
  verdict.implied_price = CheckNumber{2.0, std::nullopt, "USD/gpu_h"};
  verdict.checks = {{.kind = CheckKind::kIdentity,
                     .rule = "rate_times_hours",
                     .name = "hours × rate",
                     .result = CheckResult::kPass,
                     .sentence = "2,788,000 h × 2 USD/h is 5,576,000 USD.",
                     .formula = "2788000 * 2.0 = 5576000 USD",
                     .computed = CheckNumber{5.576e6, std::nullopt, "USD"},
                     .expected = CheckNumber{5.576e6, Bounds<double>{5.575e6, 5.577e6}, "USD"},
                     .inputs = {hours, rate},
                     .provenance = Provenance::kQuoted},
                    {.kind = CheckKind::kPhysics,
                     .rule = "mfu_band",
                     .result = CheckResult::kFlag,
                     .sentence = "A flag."},
                    {.kind = CheckKind::kScope,
                     .rule = "scope_stated",
                     .result = CheckResult::kNotApplicable,
                     .sentence = "Not applicable."},
                    {.kind = CheckKind::kPrice,
                     .rule = "price_band",
                     .result = CheckResult::kFail,
                     .sentence = "A failure."}};
  verdict.flags = {"mfu_band"};
  verdict.missing = {"the date of the price"};
  verdict.assumptions = {"dense bf16 peak"};
  verdict.scope = {{"final-run", "included"}, {"staff", "excluded"}, {"energy", "not-stated"}};
  verdict.tables = {{.title = "Stages", .header = {"stage", "hours"}, .rows = {{"pre", "2664"}}}};
  verdict.sources = {hours};
  return verdict;
}

}  // namespace assay::test
