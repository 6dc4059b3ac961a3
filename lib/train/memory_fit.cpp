#include "train/memory_fit.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <array>
#include <new>
#include <ostream>
#include <string_view>

#include "error/error.h"
#include "kernels/dynamic_code.h"
#include "kernels/linear_cross_entropy.h"
#include "kernels/product.h"

namespace assay {

namespace {

bool is_out_of_memory(const std::exception& error) {
  const std::string_view text = error.what();
  // The CPU allocator of LibTorch throws a plain c10::Error with these words.
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
         dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr ||
         text.find("can't allocate memory") != std::string_view::npos ||
         text.find("not enough memory") != std::string_view::npos ||
         text.find("out of memory") != std::string_view::npos;
}

/// Makes a change of the config that takes less memory; the setting, or empty where there is
/// nothing left to change.
using Change = std::string (*)(MemoryQuestion& of, Bytes free);

/// The same tokens a step in micro-batches of another size, which divides them.
MemoryQuestion with_micro_batch(MemoryQuestion question, int64_t micro_batch) {
  question.train.grad_accum = question.train.sequences_per_step() / micro_batch;
  question.train.micro_batch = micro_batch;
  return question;
}

/// Where none fits, one sequence.
std::string make_micro_batch_smaller(MemoryQuestion& of, Bytes free) {
  TrainConfig& train = of.train;
  if (train.micro_batch == 1) return "";
  train = with_micro_batch(of, largest_micro_batch(of, free).value_or(1)).train;
  return fmt::format("train.micro_batch={} train.grad_accum={}", train.micro_batch,
                     train.grad_accum);
}

template <Recompute kRecompute>
std::string recompute(MemoryQuestion& of, Bytes /*free*/) {
  if (of.train.recompute >= kRecompute) return "";
  of.train.recompute = kRecompute;
  return fmt::format("train.recompute={}", to_string(kRecompute));
}

template <MomentDtype kMoments>
std::string narrow_moments(MemoryQuestion& of, Bytes /*free*/) {
  if (of.optimizer.moments >= kMoments) return "";
  of.optimizer.moments = kMoments;
  return fmt::format("optimizer.moments={}", to_string(kMoments));
}

std::string narrow_weights(MemoryQuestion& of, Bytes /*free*/) {
  if (of.train.precision != Precision::kFp32) return "";
  of.train.precision = Precision::kBf16;
  return "train.precision=bf16";
}

std::string drop_masters(MemoryQuestion& of, Bytes /*free*/) {
  if (of.train.precision == Precision::kFp32 || !of.optimizer.master_weights) return "";
  of.optimizer.master_weights = false;
  return "optimizer.master_weights=false";
}

constexpr std::array<Change, 7> kChanges{make_micro_batch_smaller,
                                         recompute<Recompute::kAttention>,
                                         recompute<Recompute::kFull>,
                                         narrow_moments<MomentDtype::kBf16>,
                                         narrow_moments<MomentDtype::k8bit>,
                                         narrow_weights,
                                         drop_masters};

/// All changes together; full recomputation is more than attention's, 8 bits are less than bf16.
MemoryAdvice all_together(MemoryQuestion question) {
  std::string settings;
  for (const Change change : {recompute<Recompute::kFull>, narrow_moments<MomentDtype::k8bit>,
                              narrow_weights, drop_masters, make_micro_batch_smaller}) {
    const std::string setting = change(question, Bytes(0));
    if (!setting.empty()) settings += (settings.empty() ? "" : " ") + setting;
  }
  return {settings, predict_peak(question).total()};
}

/// What the peak is made of and what each setting would make of it; which fit where `is_free` is
/// what is free.
void write_advice(const MemoryQuestion& question, Bytes free, bool is_free, std::ostream& out) {
  const TrainingPeak peak = predict_peak(question);
  const auto as_options = [](std::string settings) {  // "a=1 b=2" to "a=1 --set b=2"
    for (size_t at = 0; (at = settings.find(' ', at)) != std::string::npos; at += 7) {
      settings.replace(at, 1, " --set ");
    }
    return settings;
  };
  out << fmt::format("memory:      predicted peak {}: {}\n", to_text(peak.total()),
                     parts_text(peak));
  const std::vector<MemoryAdvice> list = memory_advice(question, free);
  for (const MemoryAdvice& advice : list) {
    out << fmt::format("  --set {}: {}{}\n", as_options(advice.setting), to_text(advice.peak),
                       is_free && advice.peak <= free ? " (fits)" : "");
  }
  if (list.empty()) out << "  no setting takes less, only a smaller model\n";
  out << std::flush;
}

/// "the largest micro-batch that fits is 4 (train.grad_accum=8)".
std::string micro_batch_text(const MemoryQuestion& question, Bytes free) {
  if (const auto fits = largest_micro_batch(question, free)) {
    return fmt::format(
        "the largest micro-batch that fits is {} (train.grad_accum={}), of those "
        "that divide the step's {} sequences",
        *fits, with_micro_batch(question, *fits).train.grad_accum,
        question.train.sequences_per_step());
  }
  return fmt::format("no micro-batch fits: one sequence takes {}",
                     to_text(predict_peak(with_micro_batch(question, 1)).total()));
}

/// Of both moments of a number.
double moment_bytes(MomentDtype moments) {
  switch (moments) {
    case MomentDtype::kFp32:
      return 2 * 4.0;
    case MomentDtype::kBf16:
      return 2 * 2.0;
    case MomentDtype::k8bit:
      return 2 * (1.0 + 4.0 / kernels::rows::kCodeBlock);
  }
  throw InternalError("[train] moments without a size");
}

}  // namespace

double state_bytes_per_parameter(Precision precision, const OptimizerConfig& optimizer) {
  const double moments = moment_bytes(optimizer.moments);
  if (precision == Precision::kFp32) return 4 + 4 + moments;
  return 2 + 2 + 4 + (optimizer.master_weights ? 4 : 0) + moments;
}

double activation_bytes(Precision precision) { return precision == Precision::kFp32 ? 4 : 2; }

TrainingPeak predict_peak(const MemoryQuestion& question) {
  const TrainConfig& train = question.train;
  const OptimizerConfig& optimizer = question.optimizer;
  const bool is_coded = optimizer.moments == MomentDtype::k8bit;
  const bool has_masters = train.precision != Precision::kFp32 && optimizer.master_weights;
  return training_peak(
      question.spec,
      {.micro_batch = train.micro_batch,
       .grad_accum = train.grad_accum,
       .seq_len = train.seq_len,
       .logit_rows = kernels::logit_rows_at_once(question.spec.vocab_size),
       .element_bytes = activation_bytes(train.precision),
       .master_bytes = has_masters ? 4.0 : 0.0,
       .moment_bytes = moment_bytes(optimizer.moments),
       .other_moment_bytes = moment_bytes(is_coded ? MomentDtype::kFp32 : optimizer.moments),
       .fp8_products = train.precision == Precision::kFp8 && train.keep_bf16.empty(),
       .widens_products = train.precision != Precision::kFp32 && question.device.is_cpu() &&
                          kernels::widens_products(at::empty({0}, at::kBFloat16)),
       .capacity_factor = question.capacity_factor,
       .documents_apart = question.documents_apart,
       .on_gpu = question.device.is_cuda(),
       .plain_attention = train.attention == kernels::AttentionKernel::kMath,
       .recompute = train.recompute});
}

std::vector<MemoryAdvice> memory_advice(const MemoryQuestion& question, Bytes free) {
  const Bytes now = predict_peak(question).total();
  std::vector<MemoryAdvice> list;
  for (const Change change : kChanges) {
    MemoryQuestion changed = question;
    const std::string setting = change(changed, free);
    if (setting.empty()) continue;
    const Bytes peak = predict_peak(changed).total();
    if (peak < now) list.push_back({setting, peak});
  }
  if (list.size() > 1) list.push_back(all_together(question));
  return list;
}

std::optional<int64_t> largest_micro_batch(const MemoryQuestion& question, Bytes free) {
  const auto fits = [&](const MemoryQuestion& asked) {
    return predict_peak(asked).total() <= free;
  };
  MemoryQuestion halved = question;
  halved.train.grad_accum = 2;  // more than two never take less
  int64_t size = 0;             // no larger one fits
  for (int64_t above = question.train.micro_batch; above - size > 1;) {
    halved.train.micro_batch = size + (above - size) / 2;
    (fits(halved) ? size : above) = halved.train.micro_batch;
  }
  for (; size > 0; --size) {
    const bool divides = question.train.sequences_per_step() % size == 0;
    if (divides && fits(with_micro_batch(question, size))) return size;
  }
  return std::nullopt;
}

void require_memory(const MemoryQuestion& question, Bytes free, std::ostream& advice) {
  const Bytes peak = predict_peak(question).total();
  if (peak <= free) return;
  write_advice(question, free, /*is_free=*/true, advice);
  throw DeviceError(fmt::format(
      "[device] the run will not fit on {}: predicted peak {}, free {}; {}; --no-memory-check "
      "tries it as it is",
      question.device.str(), to_text(peak), to_text(free), micro_batch_text(question, free)));
}

std::string parts_text(const TrainingPeak& peak) {
  std::string text;
  const auto add = [&](std::string_view name, Bytes bytes) {
    if (bytes <= Bytes(0)) return;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, to_text(bytes));
  };
  add("weights", peak.weights);
  add("master weights", peak.master_weights);
  add("moments", peak.moments);
  add("gradients", peak.gradients);
  add("activations", peak.activations);
  add("made in passing", peak.transient);
  return text + fmt::format("; at the {}", peak.moment);
}

std::string to_text(Bytes bytes) {
  constexpr double kGibibyte = 1024.0 * 1024 * 1024;
  if (bytes.value() < kGibibyte) return fmt::format("{:.1f} MiB", bytes.value() / kGibibyte * 1024);
  return fmt::format("{:.2f} GiB", bytes.value() / kGibibyte);
}

void rethrow_out_of_memory(const MemoryQuestion& question, std::ostream& advice) {
  try {
    throw;
  } catch (const std::exception& error) {
    if (!is_out_of_memory(error)) throw;
    const DeviceMemory memory = device_memory(question.device);
    write_advice(question, memory.limit, /*is_free=*/false, advice);
    throw DeviceError(fmt::format(
        "[device] out of memory on {}: predicted peak {}, used {} of {}; what helps: the settings "
        "above, a smaller train.seq_len (now {})",
        question.device.str(), to_text(predict_peak(question).total()), to_text(memory.used),
        to_text(memory.limit), question.train.seq_len));
  }
}

}  // namespace assay
