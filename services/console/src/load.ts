/** The data of a page, and how far it is: loading, there, or refused with the hub's reason. */
import { ref, shallowRef, type WatchSource, watch } from 'vue'
import { type Problem, problemOf } from './hub.ts'

/** Loads at once, and again whenever one of `when` changes. An answer that a newer question has overtaken is dropped. */
export function useLoad<T>(load: () => Promise<T>, when: WatchSource[] = []) {
  const data = shallowRef<T>()
  const problem = shallowRef<Problem>()
  const loading = ref(true)
  let asked = 0
  const again = async () => {
    const question = ++asked
    loading.value = true
    try {
      const answer = await load()
      if (question !== asked) return
      data.value = answer
      problem.value = undefined
    } catch (error) {
      if (question === asked) problem.value = problemOf(error)
    } finally {
      if (question === asked) loading.value = false
    }
  }
  if (when.length > 0) watch(when, again)
  void again()
  return { data, problem, loading, again }
}

/** A list that grows page by page. */
export function usePages<T>(
  page: (cursor: string | undefined) => Promise<{ items: T[]; next?: string }>,
  when: WatchSource[] = [],
) {
  const more = ref(false)
  const next = ref<string>()
  const first = useLoad(async () => {
    const answer = await page(undefined)
    next.value = answer.next
    return answer.items
  }, when)
  const loadMore = async () => {
    if (!next.value || more.value) return
    more.value = true
    try {
      const answer = await page(next.value)
      first.data.value = [...(first.data.value ?? []), ...answer.items]
      next.value = answer.next
    } catch (error) {
      first.problem.value = problemOf(error)
    } finally {
      more.value = false
    }
  }
  return { ...first, next, more, loadMore }
}

/** An action that a person starts: whether it runs, and why it failed. */
export function useAction<A extends unknown[]>(act: (...given: A) => Promise<unknown>) {
  const running = ref(false)
  const problem = shallowRef<Problem>()
  /** Whether it went well. */
  const run = async (...given: A): Promise<boolean> => {
    running.value = true
    problem.value = undefined
    try {
      await act(...given)
      return true
    } catch (error) {
      problem.value = problemOf(error)
      return false
    } finally {
      running.value = false
    }
  }
  return { running, problem, run }
}
