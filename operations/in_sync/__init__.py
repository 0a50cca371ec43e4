"""Stacks that need no engine: nothing can have changed since the engine last found nothing to do.

What a full look was made from is kept, with the portal's change tags and the day until which nothing changes by itself.
While all of that is as it was, another look would find the same. What cannot be told is never "in sync".
"""
