#include "specs/training_peak.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "specs/expert_parameters.h"

// Shapes: N tokens of a micro-batch, n rows of logits at once, D width, V vocabulary, k experts of
// a token.
namespace assay {
namespace {

/// Of GPUs only, where moments in codes are updated by LibTorch's operators, which hold several
/// steps of it: bytes of a number of a parameter.
constexpr double kCodedBytes = 33;    ///< whose moments are widened and coded again
constexpr double kRoundedBytes = 56;  ///< whose bf16 weight is rounded at random besides

/// Sizes of one block.
struct BlockSizes {
  double hidden = 0;   ///< features of a token between the products of its MLP or experts
  double inner = 0;    ///< of those, what an MLP's last product reads
  double rows = 0;     ///< features of a token's copies for its experts
  double weights = 0;  ///< parameters of the MLP or experts
  double largest = 0;  ///< of one product, at the precision of a single expert or MLP
};

/// The MLP or the experts of a block, whichever holds more for a token.
BlockSizes block_sizes(const ModelSpec& spec, const StepShape& step) {
  const auto width = static_cast<double>(spec.d_model);
  auto copies = static_cast<double>(std::max<int64_t>(1, spec.top_k));
  if (step.capacity_factor) {
    copies +=
        further_expert_rows(spec, step) / static_cast<double>(step.micro_batch * step.seq_len);
  }
  BlockSizes mlp{.hidden = -width};
  BlockSizes experts{.hidden = -copies * width, .rows = copies * width};
  for (const MatrixProduct& product : spec.products) {
    const double size = static_cast<double>(product.in) * static_cast<double>(product.out);
    const auto out = static_cast<double>(product.out);
    if (product.kind == LayerKind::kMlp) {
      mlp.hidden += out;
      mlp.inner = static_cast<double>(product.in);
      mlp.weights += size;
      mlp.largest = std::max(mlp.largest, size);
    } else if (product.kind == LayerKind::kExperts) {
      experts.hidden += copies * out;
      experts.weights += static_cast<double>(spec.num_experts) * size;
      experts.largest = std::max(experts.largest, size);
    }
  }
  return spec.num_experts > 0 && experts.hidden > mlp.hidden ? experts : mlp;
}

/// Weights of products that are no embedding's table as well.
double product_weights(const ModelSpec& spec) {
  double total = expert_parameters(spec);
  for (const MatrixProduct& product : spec.products) {
    const bool is_table = product.kind == LayerKind::kHead && spec.tied_embeddings;
    if (product.kind == LayerKind::kExperts || product.name == "shared_head" || is_table) continue;
    total += static_cast<double>(product.in * product.out) * product.per_token;
  }
  return total;
}

/// A moment of a step, without what is held all the time.
struct Moment {
  std::string_view name;
  double gradients = 0;
  double activations = 0;
  double transient = 0;
  [[nodiscard]] double total() const { return gradients + activations + transient; }
};

/// The moments of the last micro-batch of a step.
class StepMoments {
 public:
  StepMoments(const ModelSpec& spec, const StepShape& step)
      : spec_(spec),
        step_(step),
        block_(block_sizes(spec, step)),
        kept_(own_activations(spec, step)),
        tokens_(static_cast<double>(step.micro_batch * step.seq_len)),
        width_(static_cast<double>(spec.d_model)),
        vocabulary_(static_cast<double>(spec.vocab_size)),
        parameters_(static_cast<double>(spec.parameters.total)),
        layers_(static_cast<double>(std::max<int64_t>(1, spec.num_layers))),
        bytes_(step.element_bytes) {}

  [[nodiscard]] Moment head() const;
  [[nodiscard]] Moment last_block() const;
  [[nodiscard]] Moment first_block() const;
  [[nodiscard]] Moment embedding() const;
  [[nodiscard]] Moment update() const;

 private:
  [[nodiscard]] bool is_wide() const { return bytes_ >= kFp32Bytes; }
  [[nodiscard]] bool in_shares() const { return num_tokens() > step_.logit_rows; }
  [[nodiscard]] int64_t num_tokens() const { return step_.micro_batch * step_.seq_len; }
  /// Rows of logits in memory at once: those of one of the shares of nearly one size.
  [[nodiscard]] double logit_rows() const {
    const int64_t shares = (num_tokens() + step_.logit_rows - 1) / step_.logit_rows;
    return std::ceil(tokens_ / static_cast<double>(shares));
  }
  /// Whether autograd adds to gradients that are there already.
  [[nodiscard]] bool adds_in_place() const { return is_wide() && step_.grad_accum > 1; }
  /// Gradients of the micro-batches before.
  [[nodiscard]] double earlier_gradients() const;
  [[nodiscard]] double head_weight() const { return width_ * vocabulary_; }
  [[nodiscard]] double stream() const { return tokens_ * width_ * bytes_; }
  /// The head's gradient while blocks are gone through: a tied one waits for the embedding's.
  [[nodiscard]] double head_gradient() const {
    return adds_in_place() && !spec_.tied_embeddings ? 0 : head_weight() * bytes_;
  }
  [[nodiscard]] double fresh_block_gradients() const;
  [[nodiscard]] double further_heads() const;
  [[nodiscard]] double widened_mlp_transient() const;
  [[nodiscard]] double block_transient() const;
  [[nodiscard]] double score_transient() const;

  const ModelSpec& spec_;
  const StepShape& step_;
  BlockSizes block_;
  ActivationMemory kept_;
  double tokens_;
  double width_;
  double vocabulary_;
  double parameters_;
  double layers_;
  double bytes_;
};

double StepMoments::earlier_gradients() const {
  if (step_.grad_accum == 1) return 0;
  // The first ones are left as they are, the second are added to them in fp32.
  return parameters_ * (is_wide() || step_.grad_accum > 2 ? kFp32Bytes : bytes_);
}

double StepMoments::fresh_block_gradients() const {
  if (adds_in_place()) return 0;
  const double tables = head_weight() * (spec_.tied_embeddings ? 1 : 2);
  return std::max(0.0, parameters_ - tables) * bytes_;
}

// Each further head of multi-token prediction keeps its logits, or what it made of them, until its
// own backward pass.
double StepMoments::further_heads() const {
  double heads = 0;
  for (const MatrixProduct& product : spec_.products) {
    if (product.name == "shared_head") heads += product.per_token;
  }
  const double each = in_shares() ? stream() + head_weight() * bytes_
                                  : tokens_ * vocabulary_ * bytes_ + 2 * stream();
  return heads * each;
}

Moment StepMoments::head() const {
  const double rows = logit_rows();
  const double logits = rows * vocabulary_ * bytes_;
  const double weight_gradient = head_weight() * bytes_;
  // In shares the weight's gradient is added up in fp32 and the next share's comes beside it.
  const double gradients =
      in_shares() ? head_weight() * kFp32Bytes + weight_gradient : weight_gradient;
  const double widened =
      step_.widens_products ? (rows * (vocabulary_ + width_) + head_weight()) * kFp32Bytes : 0;
  const double transient =
      logits + stream() + widened +
      (in_shares() ? std::max(head_weight() * kFp32Bytes, gradients) : gradients);
  return {.name = "head",
          .gradients = earlier_gradients(),
          .activations = kept_.blocks.value() + 2 * stream() + further_heads(),
          .transient = transient};
}

// Two copies of the scores, when what the block's MLP kept is free again.
double StepMoments::score_transient() const {
  double heads = 0;
  for (const AttentionProduct& attention : spec_.attention) {
    if (!is_unfused(attention, step_)) continue;
    heads = std::max(heads, static_cast<double>(attention.num_heads));
  }
  constexpr double kCopies = 2;
  const double scores = heads * tokens_ * static_cast<double>(step_.seq_len + 1) * kFp32Bytes;
  return kCopies * scores - tokens_ * (1.5 * block_.hidden + 2 * block_.rows + width_) * bytes_;
}

// kernels/product.h: the gradient of a product's result in fp32, beside it the gradient of its
// input, or that of its weight and the input itself, in fp32 and rounded. What the last product
// read, and then what lay between, is free when the first is gone through.
double StepMoments::widened_mlp_transient() const {
  const double narrow = bytes_;
  const double both = kFp32Bytes + bytes_;
  const double last = tokens_ * (width_ * (kFp32Bytes + narrow) + block_.inner * both) +
                      block_.inner * width_ * both;
  const double first =
      tokens_ * (kFp32Bytes * block_.hidden + (both + narrow) * width_ - narrow * block_.inner) +
      block_.hidden * width_ * both + block_.weights / 3 * narrow;
  return std::max(last, first);
}

// The gradients of the stream and of what is between the products: SwiGLU's backward pass makes the
// gradients of gate and up when that of their product is still there, and its own input as well.
double StepMoments::block_transient() const {
  // gpt-oss' form of it goes through fp32 in several steps.
  const double hidden = block_.hidden * (spec_.kept.widened > 0 ? 1.5 * kFp32Bytes : bytes_);
  double bytes = tokens_ * (width_ * bytes_ + std::max(hidden, block_.rows * bytes_)) +
                 block_.weights / 3 * bytes_;
  if (step_.widens_products && !step_.fp8_products && block_.rows == 0) {
    bytes = std::max(bytes, widened_mlp_transient());
  } else if ((step_.fp8_products && !step_.on_gpu) || step_.widens_products) {
    // Without hardware for it a product in e4m3 or bf16 is made of numbers widened to fp32.
    const double share = spec_.num_experts > 0 ? 1.0 / static_cast<double>(spec_.num_experts) : 1;
    bytes += kFp32Bytes * (tokens_ * share * (block_.hidden + width_) + block_.largest);
  }
  return std::max(bytes, score_transient());
}

Moment StepMoments::last_block() const {
  return {.name = "last block",
          .gradients = earlier_gradients() + head_gradient(),
          .activations = (kept_.blocks + kept_.again).value(),
          .transient = stream() + block_transient()};
}

Moment StepMoments::first_block() const {
  const double share = 1 / layers_;
  return {
      .name = "first block",
      .gradients = earlier_gradients() + head_gradient() + (1 - share) * fresh_block_gradients(),
      .activations = kept_.blocks.value() * share + kept_.again.value(),
      .transient = stream() + block_transient()};
}

// A tied table's two gradients are added to a third tensor; on a CPU the embedding's has the rows
// of the tokens only.
Moment StepMoments::embedding() const {
  const bool by_rows = spec_.tied_embeddings && !step_.on_gpu;
  const double rows = by_rows ? std::min(tokens_, vocabulary_) + vocabulary_ : vocabulary_;
  return {.name = "embedding",
          .gradients = earlier_gradients() + head_gradient() + fresh_block_gradients(),
          .activations = 0,
          .transient = stream() + rows * width_ * bytes_};
}

Moment StepMoments::update() const {
  const bool stays_narrow = !is_wide() && step_.grad_accum == 1;
  Moment moment{.name = "update", .gradients = parameters_ * (stays_narrow ? bytes_ : kFp32Bytes)};
  const bool codes = step_.moment_bytes < step_.other_moment_bytes;
  if (codes && step_.on_gpu) {
    const bool rounds = !is_wide() && step_.master_bytes == 0;
    const double largest = std::max(head_weight(), block_.weights * 2 / 3);
    moment.transient = largest * (rounds ? kRoundedBytes : kCodedBytes);
  }
  return moment;
}

}  // namespace

TrainingPeak training_peak(const ModelSpec& spec, const StepShape& step) {
  const StepMoments moments(spec, step);
  const std::array all{moments.head(), moments.last_block(), moments.first_block(),
                       moments.embedding(), moments.update()};
  const Moment& worst =
      *std::max_element(all.begin(), all.end(),
                        [](const Moment& a, const Moment& b) { return a.total() < b.total(); });
  return {.weights = training_state_bytes(spec, step.element_bytes),
          .master_weights = training_state_bytes(spec, step.master_bytes),
          .moments = training_state_bytes(spec, step.other_moment_bytes) +
                     Bytes(product_weights(spec) * (step.moment_bytes - step.other_moment_bytes)),
          .gradients = Bytes(worst.gradients),
          .activations = Bytes(worst.activations),
          .transient = Bytes(worst.transient),
          .moment = worst.name};
}

}  // namespace assay
