#include "profile/layer_observer.h"

#include <ATen/SequenceNumber.h>
#include <ATen/record_function.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

namespace {

constexpr std::string_view kPrefix = "layer/";
constexpr auto kInfoKind = c10::DebugInfoKind::PRODUCER_INFO;

/// What the callbacks know. It reaches autograd's threads as the debug information of the thread
/// that runs backward, so that no global is needed.
class Layers : public c10::DebugInfoBase {
 public:
  explicit Layers(StepProfiler& profiler) : profiler_(profiler) {}

  bool begin_forward(std::string_view name) {
    if (!name.starts_with(kPrefix)) return false;
    open_.emplace_back(name.substr(kPrefix.size()));
    profiler_.begin_layer(open_.back());
    nodes_come_from(open_.back());
    return true;
  }
  void end_forward() {
    profiler_.end_layer();
    open_.pop_back();
    nodes_come_from(open_.empty() ? std::string() : open_.back());
  }
  /// `thread` made the node: each thread counts its own.
  bool begin_backward(uint64_t thread, int64_t node) {
    const std::vector<Change>& changes = changes_[thread];
    // The last change at or before the node; a node without a number (a leaf) is after all.
    const auto after = std::ranges::upper_bound(changes, node, {}, &Change::first_node);
    if (node < 0 || after == changes.begin() || std::prev(after)->kind.empty()) return false;
    profiler_.begin_layer(std::prev(after)->kind);
    return true;
  }
  void end_backward() { profiler_.end_layer(); }

 private:
  struct Change {
    int64_t first_node;
    std::string kind;  ///< empty: of no layer
  };
  void nodes_come_from(const std::string& kind) {
    changes_[at::RecordFunction::currentThreadId()].push_back(
        {static_cast<int64_t>(at::sequence_number::peek()), kind});
  }

  StepProfiler& profiler_;
  std::vector<std::string> open_;
  /// By thread: what is computed again on a GPU gets its nodes on autograd's thread.
  std::map<uint64_t, std::vector<Change>> changes_;
};

struct Begun : at::ObserverContext {
  explicit Begun(bool forward) : is_forward(forward) {}
  bool is_forward;
};

std::unique_ptr<at::ObserverContext> on_begin(const at::RecordFunction& function) {
  auto* layers = dynamic_cast<Layers*>(c10::ThreadLocalDebugInfo::get(kInfoKind));
  if (layers == nullptr) return nullptr;
  const bool is_forward = function.scope() == at::RecordScope::USER_SCOPE;
  const bool begun = is_forward
                         ? layers->begin_forward(function.name())
                         : layers->begin_backward(function.forwardThreadId(), function.seqNr());
  return begun ? std::make_unique<Begun>(is_forward) : nullptr;
}

void on_end(const at::RecordFunction& /*function*/, at::ObserverContext* context) {
  const auto* begun = static_cast<const Begun*>(context);
  auto* layers = dynamic_cast<Layers*>(c10::ThreadLocalDebugInfo::get(kInfoKind));
  if (begun == nullptr || layers == nullptr) return;
  begun->is_forward ? layers->end_forward() : layers->end_backward();
}

}  // namespace

struct LayerObserver::Watch {
  explicit Watch(StepProfiler& profiler)
      : info(kInfoKind, std::make_shared<Layers>(profiler)),
        callback(at::addThreadLocalCallback(
            at::RecordFunctionCallback(on_begin, on_end)
                .scopes({at::RecordScope::USER_SCOPE, at::RecordScope::BACKWARD_FUNCTION}))) {}
  ~Watch() { at::removeCallback(callback); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  c10::DebugInfoGuard info;
  at::CallbackHandle callback;
};

LayerObserver::LayerObserver(StepProfiler& profiler) : watch_(std::make_unique<Watch>(profiler)) {}
LayerObserver::~LayerObserver() = default;

}  // namespace assay
